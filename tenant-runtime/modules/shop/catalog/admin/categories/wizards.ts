import type { Composer } from 'grammy';
import { z } from 'zod';
import { actorOf, type StoreContext } from '../../../../../bot/context.ts';
import type { Form } from '../../../../../bot/form.ts';
import type { Html } from '../../../../../bot/html.ts';
import { send, show } from '../../../../../bot/view.ts';
import { askAgain, cancelKeyboard, textPlease, type Wizards } from '../../../../../bot/wizards.ts';
import { parseCategoryName } from '../../index.ts';
import { adminCallbacks as callbacks, WIZARD } from './callbacks.ts';
import { askName, askRename, created, nameProblem, nameTaken, saved } from './copy.ts';
import { type CategoryAdminServices, categoryScreen, goneScreen } from './screens.ts';

const ofCategory = z.object({ categoryId: z.number() });
/** Forms come from the database, where an older version of the store may have left them. */
const readCategoryId = (form: Form): number | undefined => ofCategory.safeParse(form.data).data?.categoryId;

/** The forms of one question: the name of a category that is new, or of one that exists. */
export function categoryWizards(
  composer: Composer<StoreContext>,
  wizards: Wizards,
  services: CategoryAdminServices,
): void {
  const { categories } = services;

  /** The name that was sent; undefined when it was none, which has been said. */
  function readName(ctx: StoreContext, question: Html): string | undefined {
    const text = ctx.message?.text;
    const parsed = text === undefined ? undefined : parseCategoryName(text);
    if (parsed?.ok) return parsed.value;
    askAgain(ctx, parsed ? nameProblem(parsed.problem) : textPlease(), question);
    return undefined;
  }

  callbacks.on(composer, 'add', async (ctx) => {
    await wizards.begin(ctx, { wizard: WIZARD.add, step: 'name', data: {} });
    ctx.show(askName(), { keyboard: cancelKeyboard() });
  });
  wizards.defineForStaff(WIZARD.add, async (ctx) => {
    const name = readName(ctx, askName());
    if (name === undefined) return;
    const outcome = await categories.create(ctx.tx, actorOf(ctx), name);
    if (outcome.kind === 'name_taken') return askAgain(ctx, nameTaken(name), askName());
    await wizards.end(ctx);
    send(ctx, await categoryScreen(ctx, services, outcome.id, created()));
  });

  callbacks.on(composer, 'rename', async (ctx, id) => {
    const category = await categories.find(ctx.tx, id);
    if (!category) return show(ctx, goneScreen());
    await wizards.begin(ctx, { wizard: WIZARD.rename, step: 'name', data: { categoryId: id } });
    ctx.show(askRename(category), { keyboard: cancelKeyboard() });
  });
  wizards.defineForStaff(WIZARD.rename, async (ctx, form) => {
    const id = readCategoryId(form);
    const category = id === undefined ? undefined : await categories.find(ctx.tx, id);
    if (!category) {
      await wizards.end(ctx);
      return send(ctx, goneScreen());
    }
    const name = readName(ctx, askRename(category));
    if (name === undefined) return;
    const outcome = await categories.rename(ctx.tx, actorOf(ctx), category.id, name);
    if (outcome === 'name_taken') return askAgain(ctx, nameTaken(name), askRename(category));
    await wizards.end(ctx);
    send(ctx, await categoryScreen(ctx, services, category.id, saved()));
  });
}
