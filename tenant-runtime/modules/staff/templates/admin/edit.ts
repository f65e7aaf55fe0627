import { type Composer, InlineKeyboard } from 'grammy';
import { z } from 'zod';
import { actorOf, type StoreContext } from '../../../../bot/context.ts';
import { typedHtml } from '../../../../bot/entities.ts';
import type { Form } from '../../../../bot/form.ts';
import { type Html, html, paragraphs } from '../../../../bot/html.ts';
import type { WriteTime } from '../../../../bot/time.ts';
import { askAgain, cancelKeyboard } from '../../../../bot/wizards.ts';
import { excessOfMarks, TEMPLATE_KEYS, TEMPLATE_LABELS, type TemplateKey, validateTemplate } from '../index.ts';
import { adminCallbacks as callbacks, WIZARD, wizardCallbacks } from './callbacks.ts';
import {
  askSave,
  askText,
  buttons,
  overtaken,
  problemWith,
  saved,
  textPlease,
  toasts,
  unchanged,
  unsureFormatting,
} from './copy.ts';
import type { TemplateAdminDeps } from './deps.ts';
import { detailScreen, numberOf } from './screens.ts';

const isKey = (key: string): key is TemplateKey => (TEMPLATE_KEYS as string[]).includes(key);

/** A template that is being edited: the text that was in force when it was opened, and the new one once it is typed. */
const draft = z.object({ key: z.string().refine(isKey), seen: z.string(), body: z.string().optional() });

type Draft = z.infer<typeof draft>;

/** Forms come from the database, where an older version of the store may have left them. */
const readDraft = (form: Form): Draft | undefined => draft.safeParse(form.data).data;

/** The wizard that changes a template: the new text, a preview of it, and only then `💾 Simpan`. */
export function editWizard(composer: Composer<StoreContext>, deps: TemplateAdminDeps, time: WriteTime): void {
  const { wizards, editor, mayEdit, templates } = deps;

  const formOf = (data: Draft) => ({ wizard: WIZARD, step: data.body === undefined ? 'text' : 'confirm', data });

  function ask(ctx: StoreContext, { key }: Draft, problem: Html): void {
    askAgain(ctx, problem, askText(key, TEMPLATE_LABELS[key]));
  }

  const saveKeyboard = ({ key }: Draft): InlineKeyboard =>
    cancelKeyboard(new InlineKeyboard().text(buttons.save, wizardCallbacks.pack('save', numberOf(key))));

  /** Ends a form that cannot go on, and says why. */
  async function leave(ctx: StoreContext, why: string): Promise<void> {
    await wizards.end(ctx);
    if (ctx.callbackQuery) ctx.toast(why, { alert: true });
    else ctx.send(html`${why}`, { keyboard: new InlineKeyboard().text(buttons.back, callbacks.pack('list')) });
  }

  callbacks.on(composer, 'edit', async (ctx, number) => {
    const key = TEMPLATE_KEYS[number];
    if (!key) return ctx.toast(toasts.stale, { alert: true });
    if (!mayEdit(ctx.role)) return ctx.toast(toasts.ownersOnly, { alert: true });
    const { body: seen, label } = await editor.state(ctx.tx, key);
    await wizards.begin(ctx, formOf({ key, seen }));
    ctx.show(askText(key, label), { keyboard: cancelKeyboard() });
  });

  wizards.defineForStaff(WIZARD, async (ctx, form) => {
    const draft = readDraft(form);
    if (!draft) return leave(ctx, toasts.stale);
    if (!mayEdit(ctx.role)) return leave(ctx, toasts.ownersOnly);
    if (ctx.message?.text === undefined) return ask(ctx, draft, textPlease());
    const { body: typed, unsure } = typedHtml(ctx.message);
    const body = typed.trim();
    const problem = validateTemplate(draft.key, body) ?? excessOfMarks(draft.key, body);
    if (problem) return ask(ctx, draft, problemWith(problem, body));
    const next = { ...draft, body };
    await wizards.advance(ctx, formOf(next));
    ctx.send(templates.sample(draft.key, body));
    const question = askSave(TEMPLATE_LABELS[draft.key]);
    ctx.send(paragraphs(unsure.length > 0 && unsureFormatting(unsure), question), {
      keyboard: saveKeyboard(next),
    });
  });

  wizardCallbacks.on(composer, 'save', async (ctx, number) => {
    const draft = ctx.form?.wizard === WIZARD ? readDraft(ctx.form) : undefined;
    const { key, body, seen } = draft ?? {};
    if (!draft || !key || seen === undefined || numberOf(key) !== number || body === undefined) {
      return ctx.toast(toasts.stale, { alert: true });
    }
    if (!mayEdit(ctx.role)) return leave(ctx, toasts.ownersOnly);
    // The form may be older than the rules.
    const problem = validateTemplate(key, body);
    if (problem) return ask(ctx, draft, problemWith(problem, body));
    const outcome = await editor.change(ctx.tx, actorOf(ctx), key, body, seen);
    const state = await editor.state(ctx.tx, key);
    if (outcome === 'overtaken') {
      const next = { ...draft, seen: state.body };
      await wizards.advance(ctx, formOf(next));
      ctx.send(templates.sample(key, state.body));
      return ctx.send(overtaken(), { keyboard: saveKeyboard(next) });
    }
    await wizards.end(ctx);
    const { text, keyboard } = detailScreen(state, true, time, outcome === 'changed' ? saved() : unchanged());
    ctx.show(text, { keyboard });
  });
}
