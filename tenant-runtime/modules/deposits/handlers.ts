import { Composer, InlineKeyboard } from 'grammy';
import { parseRupiah } from '../../../kernel/money.ts';
import type { StoreContext } from '../../bot/context.ts';
import { type Html, paragraphs } from '../../bot/html.ts';
import { MENU } from '../../bot/menu.ts';
import { paged, turnPages } from '../../bot/paging.ts';
import { dateTime } from '../../bot/time.ts';
import { cancelKeyboard } from '../../bot/wizards.ts';
import type { Payments } from '../payments/index.ts';
import { HOME } from '../users/index.ts';
import { depositCallbacks as callbacks, DEPOSIT } from './callbacks.ts';
import { copy, LABELS } from './copy.ts';
import { history } from './copy-history.ts';
import { invoiceButtons } from './invoice-buttons.ts';
import { type ManualDepositsDeps, manualDeposits } from './manual.ts';
import { refusalText } from './refusal.ts';
import { LIMITS, QUICK_AMOUNTS } from './schema.ts';
import type { Deposits } from './service.ts';
import { movementsOf } from './sql.ts';

const WIZARD = 'deposit.amount';
const PAGE = 5;

export type DepositHandlersDeps = ManualDepositsDeps & {
  deposits: Pick<Deposits, 'open'>;
  payments: Pick<Payments, 'request' | 'inquire' | 'cancel'>;
  timeZone: string;
};

/** `💰 Deposit`: filling the balance, and what became of it. */
export function depositHandlers(deps: DepositHandlersDeps): Composer<StoreContext> {
  const { deposits, payments, wallet, wizards } = deps;
  const time = dateTime(deps.timeZone);
  const composer = new Composer<StoreContext>();
  const { min, max } = LIMITS.qris;

  async function menu(ctx: StoreContext): Promise<{ text: Html; keyboard: InlineKeyboard }> {
    const keyboard = new InlineKeyboard()
      .text(LABELS.qris, callbacks.pack('qris'))
      .text(LABELS.manual, callbacks.pack('manual'))
      .row()
      .text(LABELS.history, callbacks.pack('history', 0))
      .row()
      .text(HOME.text, HOME.data);
    return { text: copy.menu(await wallet.balanceOf(ctx.tx, ctx.user.id)), keyboard };
  }

  composer.hears(MENU.deposit, async (ctx) => {
    const { text, keyboard } = await menu(ctx);
    ctx.say(text, { keyboard });
  });
  callbacks.on(composer, 'menu', async (ctx) => {
    const { text, keyboard } = await menu(ctx);
    ctx.show(text, { keyboard });
  });

  function amountKeyboard(): InlineKeyboard {
    const keyboard = new InlineKeyboard();
    QUICK_AMOUNTS.forEach((amount, index) => {
      if (index % 3 === 0) keyboard.row();
      keyboard.text(amount.toLocaleString('id-ID'), callbacks.pack('amount', amount));
    });
    return cancelKeyboard(keyboard.row().text(LABELS.back, DEPOSIT.data));
  }

  callbacks.on(composer, 'qris', async (ctx) => {
    await wizards.begin(ctx, { wizard: WIZARD, step: 'amount', data: {} });
    ctx.show(copy.amounts(min, max), { keyboard: amountKeyboard() });
  });

  wizards.define(WIZARD, async (ctx) => {
    const text = ctx.message?.text;
    const parsed = text === undefined ? ({ ok: false, reason: 'not_text' } as const) : parseRupiah(text, { min, max });
    if (!parsed.ok) {
      const question = paragraphs(copy.amountProblem(parsed.reason, min, max), copy.amounts(min, max));
      return ctx.say(question, { keyboard: amountKeyboard() });
    }
    await wizards.end(ctx);
    const { amount } = parsed;
    const keyboard = new InlineKeyboard()
      .text(LABELS.make(amount), callbacks.pack('amount', amount))
      .row()
      .text(LABELS.back, DEPOSIT.data);
    ctx.say(copy.agree(amount), { keyboard });
  });

  callbacks.on(composer, 'amount', async (ctx, amount) => {
    const messageId = ctx.callbackQuery?.message?.message_id;
    if (messageId === undefined) return;
    const opening = await deposits.open(ctx.tx, { customer: ctx.user, amount, messageId });
    if (opening.kind !== 'created') return ctx.toast(refusalText(opening), { alert: opening.kind !== 'existing' });
    const { id, ref, userId } = opening.deposit;
    await payments.request(ctx.tx, { kind: 'deposit', id }, { ref, userId, amount });
    ctx.show(copy.loading, { inPlace: true });
  });

  callbacks.on(composer, 'history', async (ctx, asked) => {
    const list = await paged(asked, PAGE, (window) => movementsOf(ctx.tx, ctx.user.id, window));
    const keyboard = turnPages(new InlineKeyboard(), list, (page) => callbacks.pack('history', page));
    ctx.show(history(await wallet.balanceOf(ctx.tx, ctx.user.id), list, time), {
      keyboard: keyboard.row().text(LABELS.back, DEPOSIT.data),
    });
  });

  invoiceButtons(composer, payments);
  manualDeposits(composer, deps);
  return composer;
}
