import { Composer, InlineKeyboard } from 'grammy';
import { isCancelWord } from '../../kernel/text.ts';
import type { StoreContext } from './context.ts';
import type { Html } from './html.ts';
import { MENU } from './menu.ts';
import { listen } from './parked.ts';
import { saveQuestion } from './sql-forms.ts';
import { WIZARD_BUTTON, type Wizards } from './wizards.ts';

export type DispatchCopy = {
  cancelled: Html;
  /** Said to who cancels while no form is open. */
  nothingToCancel: Html;
  /** The button that leads on from there. */
  wayBack(ctx: StoreContext): { text: string; data: string };
  staleButton: string;
};

const MENU_LABELS = new Set<string>(Object.values(MENU));
const COMMAND = /^\/[a-z0-9_]{1,32}(@\w+)?(\s|$)/i;

/**
 * The order in which an update meets the modules: commands, menu buttons and inline buttons first (they leave a wizard),
 * then the wizard that the sender is in, then whatever reads free text, and last the answer to a stale button.
 */
export function dispatch(deps: {
  handlers: readonly Composer<StoreContext>[];
  wizards: Wizards;
  freeText: readonly Composer<StoreContext>[];
  copy: DispatchCopy;
}): Composer<StoreContext> {
  const { wizards, copy } = deps;
  const { pieces, parking } = wizards;
  const root = new Composer<StoreContext>();

  root.use(async (ctx, next) => {
    const asked = listen(ctx);
    await next();
    const question = ctx.form && asked();
    if (question) await saveQuestion(ctx.tx, ctx.user.id, question);
  });

  root.use(async (ctx, next) => {
    if (ctx.complete) return takeHeld(ctx);
    const text = ctx.message?.text;
    const typed = text?.trim() ?? '';
    if (isCancelWord(typed)) {
      const ended = await wizards.end(ctx);
      const { text: label, data } = copy.wayBack(ctx);
      const keyboard = new InlineKeyboard().text(label, data);
      return ctx.send(ended ? copy.cancelled : copy.nothingToCancel, { keyboard });
    }
    const data = ctx.callbackQuery?.data;
    const turnsAway = MENU_LABELS.has(typed) || COMMAND.test(typed);
    if (text !== undefined && !turnsAway && (await pieces.hold(ctx, text))) return;
    // Whatever else somebody does, their answer was complete.
    if (!ctx.myChatMember) await takeHeld(ctx);
    if (text !== undefined && !turnsAway && (await pieces.hold(ctx, text))) return;
    const leaves = data ? !data.startsWith(WIZARD_BUTTON) : turnsAway || typed.startsWith('/');
    const ask = leaves ? await parking.leave(ctx) : undefined;
    if (leaves) await wizards.end(ctx);
    await next();
    ask?.(ctx);
  });

  /** Gives an answer that came in pieces to its wizard. */
  async function takeHeld(ctx: StoreContext): Promise<void> {
    const answer = await pieces.release(ctx);
    if (!answer) return;
    await wizards.take(answer);
    ctx.form = answer.form;
  }

  root.use(parking.handlers);
  root.use(...deps.handlers);
  root.on('message', async (ctx, next) => {
    if (!(await wizards.take(ctx))) await next();
  });
  root.use(...deps.freeText);
  root.on('callback_query', async (ctx) => ctx.toast(copy.staleButton, { alert: true }));
  return root;
}
