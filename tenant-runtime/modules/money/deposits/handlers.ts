import { Composer, InlineKeyboard } from 'grammy';
import { z } from 'zod';
import { parseRupiah } from '../../../../kernel/money.ts';
import type { StoreContext } from '../../../bot/context.ts';
import { type Html, paragraphs } from '../../../bot/html.ts';
import { MENU } from '../../../bot/menu.ts';
import { paged, turnPages } from '../../../bot/paging.ts';
import { dateTime } from '../../../bot/time.ts';
import { cancelKeyboard } from '../../../bot/wizards.ts';
import type { GatewayMethod } from '../../../gateway/index.ts';
import { HOME } from '../../shop/users/index.ts';
import { methodButton, type PaymentMethods } from '../payment-methods/index.ts';
import type { Payments } from '../payments/index.ts';
import { depositCallbacks as callbacks, DEPOSIT } from './callbacks.ts';
import { copy, LABELS } from './copy.ts';
import { history } from './copy-history.ts';
import { invoiceButtons } from './invoice-buttons.ts';
import { type ManualDepositsDeps, manualDeposits } from './manual.ts';
import { refusalText } from './refusal.ts';
import { limitsOf, QUICK_AMOUNTS } from './schema.ts';
import type { Deposits } from './service.ts';
import { movementsOf } from './sql.ts';

const WIZARD = 'deposit.amount';
const PAGE = 5;

export type DepositHandlersDeps = ManualDepositsDeps & {
  deposits: Pick<Deposits, 'open'>;
  payments: Pick<Payments, 'request' | 'inquire' | 'cancel' | 'find'>;
  methods: PaymentMethods;
  /** Whether the store tries its payments without money. */
  isTrial(): boolean;
  timeZone: string;
};

/** A form that an older version left may hold anything. */
const Amount = z.object({ method: z.string() });

/** `💰 Deposit`: filling the balance, and what became of it. */
export function depositHandlers(deps: DepositHandlersDeps): Composer<StoreContext> {
  const { deposits, payments, wallet, wizards, methods } = deps;
  const time = dateTime(deps.timeZone);
  const composer = new Composer<StoreContext>();
  const via = (method: GatewayMethod) => callbacks.pack('via', methods.all.indexOf(method));

  async function menu(ctx: StoreContext): Promise<{ text: Html; keyboard: InlineKeyboard }> {
    const offered = await methods.enabled(ctx.tx);
    const keyboard = new InlineKeyboard();
    for (const method of offered) if (method.kind !== 'account') keyboard.text(methodButton(method), via(method));
    if (offered.some(({ kind }) => kind === 'account')) keyboard.text(LABELS.accounts, callbacks.pack('accounts'));
    keyboard
      .text(LABELS.manual, callbacks.pack('manual'))
      .row()
      .text(LABELS.history, callbacks.pack('history', 0))
      .row()
      .text(HOME.text, HOME.data);
    return { text: copy.menu(await wallet.balanceOf(ctx.tx, ctx.user.id), deps.isTrial()), keyboard };
  }

  composer.hears(MENU.deposit, async (ctx) => {
    const { text, keyboard } = await menu(ctx);
    ctx.send(text, { keyboard });
  });
  callbacks.on(composer, 'menu', async (ctx) => {
    const { text, keyboard } = await menu(ctx);
    ctx.show(text, { keyboard });
  });

  callbacks.on(composer, 'accounts', async (ctx) => {
    const keyboard = new InlineKeyboard();
    const banks = (await methods.enabled(ctx.tx)).filter(({ kind }) => kind === 'account');
    banks.forEach((bank, index) => {
      if (index % 2 === 0) keyboard.row();
      keyboard.text(methodButton(bank), via(bank));
    });
    ctx.show(copy.accounts, { keyboard: keyboard.row().text(LABELS.back, DEPOSIT.data) });
  });

  /** The method of a button, while the seller offers it. */
  async function offered(
    ctx: StoreContext,
    is: (method: GatewayMethod) => boolean,
  ): Promise<GatewayMethod | undefined> {
    const method = (await methods.enabled(ctx.tx)).find(is);
    if (!method) ctx.toast(copy.methodGone, { alert: true });
    return method;
  }
  const at = (position: number) => (method: GatewayMethod) => methods.all.indexOf(method) === position;

  const pay = (method: GatewayMethod, amount: number) => callbacks.pack('pay', methods.all.indexOf(method), amount);

  function amountKeyboard(method: GatewayMethod): InlineKeyboard {
    const keyboard = new InlineKeyboard();
    QUICK_AMOUNTS.forEach((amount, index) => {
      if (index % 3 === 0) keyboard.row();
      keyboard.text(amount.toLocaleString('id-ID'), pay(method, amount));
    });
    return cancelKeyboard(keyboard.row().text(LABELS.back, DEPOSIT.data));
  }

  callbacks.on(composer, 'via', async (ctx, position) => {
    const method = await offered(ctx, at(position));
    if (!method) return;
    await wizards.begin(ctx, { wizard: WIZARD, step: 'amount', data: { method: method.id } });
    ctx.show(copy.amounts(method, limitsOf(method)), { keyboard: amountKeyboard(method) });
  });

  wizards.define(WIZARD, async (ctx, form) => {
    const chosen = Amount.safeParse(form.data).data?.method;
    const enabled = await methods.enabled(ctx.tx);
    const method = enabled.find(({ id }) => id === chosen) ?? enabled[0];
    if (!method) throw new Error('the store offers no way to pay');
    const limits = limitsOf(method);
    const text = ctx.message?.text;
    const parsed = text === undefined ? ({ ok: false, reason: 'not_text' } as const) : parseRupiah(text, limits);
    if (!parsed.ok) {
      const problem = copy.amountProblem(parsed.reason, limits.min, limits.max);
      return ctx.send(paragraphs(problem, copy.amounts(method, limits)), { keyboard: amountKeyboard(method) });
    }
    await wizards.end(ctx);
    const { amount } = parsed;
    const keyboard = new InlineKeyboard()
      .text(LABELS.make(method, amount), pay(method, amount))
      .row()
      .text(LABELS.back, DEPOSIT.data);
    ctx.send(copy.agree(method, amount), { keyboard });
  });

  callbacks.on(composer, 'pay', async (ctx, position, amount) => {
    const messageId = ctx.callbackQuery?.message?.message_id;
    if (messageId === undefined) return;
    const method = await offered(ctx, at(position));
    if (!method) return;
    const opening = await deposits.open(ctx.tx, { customer: ctx.user, amount, messageId }, method);
    if (opening.kind !== 'created') return ctx.toast(refusalText(opening), { alert: opening.kind !== 'existing' });
    const { id, ref, userId } = opening.deposit;
    await payments.request(ctx.tx, { kind: 'deposit', id }, { ref, userId, amount, method: method.id });
    ctx.show(copy.loading(method.label), { inPlace: true });
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
