import { type Composer, InlineKeyboard } from 'grammy';
import { shortId } from '../../../../../kernel/ids.ts';
import { actorOf, type StoreContext } from '../../../../bot/context.ts';
import type { Html } from '../../../../bot/html.ts';
import { send, show } from '../../../../bot/view.ts';
import { cancelKeyboard, type Wizards } from '../../../../bot/wizards.ts';
import { adminCallbacks as callbacks, searchCallbacks, WIZARD } from './callbacks.ts';
import { toasts } from './copy.ts';
import {
  adjusted,
  adjustedBefore,
  adjustNow,
  askAmount,
  askMessage,
  askReason,
  confirmAdjust,
  tooLittle,
  written,
  wrong,
} from './copy-wizards.ts';
import {
  type Parsed,
  parseMessage,
  parseMove,
  parseReason,
  readAdjustment,
  readConfirmed,
  readUserId,
} from './schema.ts';
import { goneScreen, type UserAdminDeps, userScreen } from './screens.ts';
import type { UserDetail } from './sql.ts';

/** The forms about one user: moving their balance, writing to them. */
export function userWizards(composer: Composer<StoreContext>, wizards: Wizards, deps: UserAdminDeps): void {
  const { admin, wallet } = deps;

  const ask = (ctx: StoreContext, question: Html): void => ctx.send(question, { keyboard: cancelKeyboard() });

  function typed<T>(ctx: StoreContext, parse: (text: string) => Parsed<T>): Parsed<T> {
    const text = ctx.message?.text;
    return text === undefined ? { ok: false, problem: 'no_text' } : parse(text);
  }

  async function lost(ctx: StoreContext): Promise<void> {
    await wizards.end(ctx);
    send(ctx, goneScreen());
  }

  async function done(ctx: StoreContext, userId: number, news: Html): Promise<void> {
    await wizards.end(ctx);
    const answer = ctx.callbackQuery ? show : send;
    answer(ctx, await userScreen(ctx, deps, userId, news));
  }

  const amountQuestion = async (ctx: StoreContext, user: UserDetail): Promise<Html> =>
    askAmount(user, await wallet.balanceOf(ctx.tx, user.id));

  callbacks.on(composer, 'adjust', async (ctx, userId) => {
    const user = await admin.find(ctx.tx, userId);
    if (!user) return show(ctx, goneScreen());
    await wizards.begin(ctx, { wizard: WIZARD.adjust, step: 'amount', data: { userId, key: shortId() } });
    ctx.show(await amountQuestion(ctx, user), { keyboard: cancelKeyboard() });
  });

  wizards.defineForStaff(WIZARD.adjust, async (ctx, form) => {
    const data = readAdjustment(form);
    const user = data && (await admin.find(ctx.tx, data.userId));
    if (!user) return lost(ctx);
    const { userId, key, amount } = data;
    return amount === undefined ? takeAmount(ctx, user, key) : takeReason(ctx, user, { userId, key, amount });
  });

  async function takeAmount(ctx: StoreContext, user: UserDetail, key: string): Promise<void> {
    const parsed = typed(ctx, parseMove);
    const question = await amountQuestion(ctx, user);
    if (!parsed.ok) return ask(ctx, wrong(parsed.problem, question));
    const balance = await wallet.balanceOf(ctx.tx, user.id);
    if (balance + parsed.value < 0) return ask(ctx, tooLittle(balance, question));
    const data = { userId: user.id, key, amount: parsed.value };
    await wizards.advance(ctx, { wizard: WIZARD.adjust, step: 'reason', data });
    ask(ctx, askReason(user, parsed.value));
  }

  async function takeReason(
    ctx: StoreContext,
    user: UserDetail,
    move: { userId: number; key: string; amount: number },
  ): Promise<void> {
    const parsed = typed(ctx, parseReason);
    if (!parsed.ok) return ask(ctx, wrong(parsed.problem, askReason(user, move.amount)));
    const { value: reason } = parsed;
    await wizards.advance(ctx, { wizard: WIZARD.adjust, step: 'confirm', data: { ...move, reason } });
    const keyboard = new InlineKeyboard().text(adjustNow(move.amount), searchCallbacks.pack('adjusted', user.id)).row();
    ctx.send(confirmAdjust(user, move.amount, reason), { keyboard: cancelKeyboard(keyboard) });
  }

  searchCallbacks.on(composer, 'adjusted', async (ctx, userId) => {
    const move = ctx.form?.wizard === WIZARD.adjust ? readConfirmed(ctx.form) : undefined;
    if (move?.userId !== userId) return ctx.toast(toasts.stale, { alert: true });
    const user = await admin.find(ctx.tx, userId);
    if (!user) return lost(ctx);
    const outcome = await admin.adjust(ctx.tx, actorOf(ctx), move);
    switch (outcome.kind) {
      case 'adjusted':
        return done(ctx, user.id, adjusted(move.amount, outcome.after));
      case 'repeated':
        return done(ctx, user.id, adjustedBefore());
      case 'gone':
        return lost(ctx);
      case 'insufficient': {
        // Spent meanwhile: the amount is asked for again.
        const { userId, key } = move;
        await wizards.advance(ctx, { wizard: WIZARD.adjust, step: 'amount', data: { userId, key } });
        return ask(ctx, tooLittle(outcome.balance, askAmount(user, outcome.balance)));
      }
    }
  });

  callbacks.on(composer, 'write', async (ctx, userId) => {
    const user = await admin.find(ctx.tx, userId);
    if (!user) return show(ctx, goneScreen());
    await wizards.begin(ctx, { wizard: WIZARD.write, step: 'text', data: { userId } });
    ctx.show(askMessage(user), { keyboard: cancelKeyboard() });
  });

  wizards.defineForStaff(WIZARD.write, async (ctx, form) => {
    const userId = readUserId(form);
    const user = userId === undefined ? undefined : await admin.find(ctx.tx, userId);
    if (!user) return lost(ctx);
    const parsed = typed(ctx, parseMessage);
    if (!parsed.ok) return ask(ctx, wrong(parsed.problem, askMessage(user)));
    const key = `${ctx.user.id}:${ctx.message?.message_id}`;
    await admin.write(ctx.tx, actorOf(ctx), { userId: user.id, text: parsed.value, key });
    await done(ctx, user.id, written());
  });
}
