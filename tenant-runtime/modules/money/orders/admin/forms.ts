import { type Composer, InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../../../bot/context.ts';
import { type Html, html } from '../../../../bot/html.ts';
import { send, show } from '../../../../bot/view.ts';
import { askAgain, cancelKeyboard, type Wizards } from '../../../../bot/wizards.ts';
import { findOrder, findOrderByRef, type Order } from '../index.ts';
import { adminCallbacks as callbacks, formCallbacks, ORDER_ADMIN, orderButton, WIZARD } from './callbacks.ts';
import type { Changes } from './changes.ts';
import { copy, LABELS } from './copy.ts';
import {
  askNote,
  askPart,
  askStatus,
  cancelled,
  confirmCancel,
  confirmPaid,
  illegal,
  noteInvalid,
  partInvalid,
  statusInvalid,
  unknownOrder,
} from './copy-forms.ts';
import type { RefundForms } from './refund.ts';
import { parseNote, parsePart, parseStatusLine, readNoted, readOrderId, readPart } from './schema.ts';
import { foundScreen, goneScreen, orderScreen, type ScreenDeps } from './screens.ts';

const toList = () => cancelKeyboard(new InlineKeyboard().text(LABELS.backToList, ORDER_ADMIN.data).row());

/** Looking for an order by its invoice id. */
export function searchForm(composer: Composer<StoreContext>, wizards: Wizards, screens: ScreenDeps): void {
  callbacks.on(composer, 'search', async (ctx) => {
    await wizards.begin(ctx, { wizard: WIZARD.search, step: 'part', data: {} });
    ctx.show(askPart, { keyboard: toList() });
  });

  // Stays open once something was found: whatever is sent next is looked for next.
  wizards.defineForStaff(WIZARD.search, async (ctx) => {
    const part = parsePart(ctx.message?.text ?? '');
    if (part === undefined) return askAgain(ctx, partInvalid, askPart, toList());
    const exact = await findOrderByRef(ctx.tx, part);
    if (exact) {
      await wizards.end(ctx);
      return send(ctx, await orderScreen(ctx, screens, exact.id));
    }
    await wizards.begin(ctx, { wizard: WIZARD.search, step: 'found', data: { part } });
    send(ctx, await foundScreen(ctx, screens, part, 0));
  });

  formCallbacks.on(composer, 'found', async (ctx, page) => {
    const part = ctx.form?.wizard === WIZARD.search ? readPart(ctx.form) : undefined;
    if (part === undefined) return ctx.toast(copy.stale, { alert: true });
    show(ctx, await foundScreen(ctx, screens, part, page));
  });
}

/** The note of an order that is marked paid without a payment at the gateway. */
export function paidForm(
  composer: Composer<StoreContext>,
  wizards: Wizards,
  changes: Changes,
  screens: ScreenDeps,
): void {
  formCallbacks.on(composer, 'marked', async (ctx, orderId) => {
    const data = ctx.form?.wizard === WIZARD.paid ? readNoted(ctx.form) : undefined;
    if (data?.note === undefined || data.orderId !== orderId) return ctx.toast(copy.stale, { alert: true });
    await wizards.end(ctx);
    const order = await findOrder(ctx.tx, orderId);
    if (!order) return show(ctx, goneScreen());
    show(ctx, await orderScreen(ctx, screens, orderId, await changes.markPaid(ctx, order, data.note)));
  });

  wizards.defineForStaff(WIZARD.paid, async (ctx, form) => {
    const orderId = readOrderId(form);
    const order = orderId === undefined ? undefined : await findOrder(ctx.tx, orderId);
    if (!order) {
      await wizards.end(ctx);
      return send(ctx, goneScreen());
    }
    const note = parseNote(ctx.message?.text ?? '');
    if (note === undefined) {
      return askAgain(ctx, noteInvalid, askNote(order), noteKeyboard(order.id));
    }
    await confirmPayment(ctx, wizards, order, note);
  });
}

/** Goods go out and do not come back: the note is shown before it acts. */
async function confirmPayment(ctx: StoreContext, wizards: Wizards, order: Order, note: string): Promise<void> {
  await wizards.advance(ctx, { wizard: WIZARD.paid, step: 'confirm', data: { orderId: order.id, note } });
  const keyboard = new InlineKeyboard().text(LABELS.markNow, formCallbacks.pack('marked', order.id)).row();
  ctx.send(confirmPaid(order, note), { keyboard: cancelKeyboard(keyboard) });
}

export const noteKeyboard = (orderId: number): InlineKeyboard =>
  cancelKeyboard(new InlineKeyboard().text(LABELS.backToOrder, orderButton(orderId)).row());

/** `order_id | status | catatan` in one line. */
export function statusForm(
  composer: Composer<StoreContext>,
  wizards: Wizards,
  deps: { changes: Changes; refunds: RefundForms; screens: ScreenDeps },
): void {
  const { changes, screens } = deps;

  callbacks.on(composer, 'status', async (ctx) => {
    await wizards.begin(ctx, { wizard: WIZARD.status, step: 'line', data: {} });
    ctx.show(askStatus, { keyboard: toList() });
  });

  wizards.defineForStaff(WIZARD.status, async (ctx) => {
    const wrong = (problem: Html): void => askAgain(ctx, problem, askStatus, toList());
    const text = ctx.message?.text;
    if (text === undefined) return wrong(statusInvalid('no_text'));
    const parsed = parseStatusLine(text);
    if (!parsed.ok) return wrong(statusInvalid(parsed.problem));
    const { target, note } = parsed;
    const order = await findOrderByRef(ctx.tx, parsed.ref);
    if (!order) return wrong(unknownOrder);
    const refusal = illegal(order, target);
    if (refusal !== undefined) return wrong(html`⚠️ ${refusal}`);
    if (target === 'refunded') return deps.refunds.confirm(ctx, order, note ?? '');
    if (target === 'paid') return confirmPayment(ctx, wizards, order, note ?? '');
    await wizards.advance(ctx, { wizard: WIZARD.status, step: 'confirm', data: { orderId: order.id, note } });
    const keyboard = new InlineKeyboard().text(LABELS.cancelNow, formCallbacks.pack('cancelled', order.id)).row();
    ctx.send(confirmCancel(order, note), { keyboard: cancelKeyboard(keyboard) });
  });

  formCallbacks.on(composer, 'cancelled', async (ctx, orderId) => {
    const data = ctx.form?.wizard === WIZARD.status ? readNoted(ctx.form) : undefined;
    if (data?.orderId !== orderId) return ctx.toast(copy.stale, { alert: true });
    await wizards.end(ctx);
    const order = await findOrder(ctx.tx, orderId);
    if (!order) return show(ctx, goneScreen());
    show(ctx, await orderScreen(ctx, screens, orderId, await cancel(ctx, order, data.note)));
  });

  async function cancel(ctx: StoreContext, order: Order, note: string | undefined): Promise<Html> {
    if (await changes.cancel(ctx, order, note)) return cancelled(order.ref);
    // Somebody was faster.
    const now = await findOrder(ctx.tx, order.id);
    return html`⚠️ ${(now && illegal(now, 'cancelled')) ?? copy.gone}`;
  }
}
