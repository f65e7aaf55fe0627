import { Composer, InlineKeyboard } from 'grammy';
import type { Tx } from '../../../../kernel/db.ts';
import type { StoreContext } from '../../../bot/context.ts';
import { paged, turnPages } from '../../../bot/paging.ts';
import { dateTime } from '../../../bot/time.ts';
import { type Deliveries, findDelivery } from '../../delivery/deliveries/index.ts';
import { HOME, INFORMATION } from '../../shop/users/index.ts';
import { findOrder, linesOf, methodText, type Order } from '../orders/index.ts';
import { PAYMENT_LABELS, type Payments, payCallbacks } from '../payments/index.ts';
import { historyCallbacks as callbacks } from './callbacks.ts';
import { buttons, historyDetail, historyList, toasts } from './copy.ts';
import { ordersOf } from './sql.ts';

const PAGE = 5;

/** `🧾 Riwayat Transaksi`: a person's own orders, and the goods of those that are paid once more. */
export function historyHandlers(deps: {
  deliveries: Pick<Deliveries, 'resend'>;
  /** Where the open invoice of something can be paid outside of the chat. */
  pageOf: Payments['pageOf'];
  /** What people call a way to pay. */
  labelOf(method: string): string;
  timeZone: string;
}): Composer<StoreContext> {
  const time = dateTime(deps.timeZone);
  const composer = new Composer<StoreContext>();

  callbacks.on(composer, 'list', async (ctx, asked) => {
    const list = await paged(asked, PAGE, (window) => ordersOf(ctx.tx, ctx.user.id, window));
    const keyboard = new InlineKeyboard();
    for (const [index, order] of list.items.entries()) {
      keyboard.text(String(index + 1), callbacks.pack('open', order.id, list.page));
    }
    turnPages(keyboard.row(), list, (page) => callbacks.pack('list', page));
    keyboard.row().text(INFORMATION.text, INFORMATION.data).row().text(HOME.text, HOME.data);
    ctx.show(historyList(list, time), { keyboard });
  });

  callbacks.on(composer, 'open', async (ctx, orderId, page) => {
    const order = await own(ctx, orderId);
    if (!order) return;
    const goods = await goodsOf(ctx.tx, order);
    const keyboard = new InlineKeyboard();
    if (goods && (goods.status !== 'pending' || goods.failed)) {
      keyboard.text(buttons.again, callbacks.pack('again', order.id)).row();
    }
    if (order.status === 'awaiting_payment') {
      const page = await deps.pageOf(ctx.tx, { kind: 'order', id: order.id });
      keyboard.text(PAYMENT_LABELS.show, payCallbacks.pack('show', order.id)).success().row();
      if (page) keyboard.url(PAYMENT_LABELS.checkout, page).row();
      keyboard
        .text(PAYMENT_LABELS.status, payCallbacks.pack('status', order.id))
        .row()
        .text(PAYMENT_LABELS.cancel, payCallbacks.pack('cancel', order.id))
        .danger()
        .row();
    }
    keyboard.text(buttons.back, callbacks.pack('list', page)).row().text(HOME.text, HOME.data);
    const lines = await linesOf(ctx.tx, order.id);
    const method = methodText(order, deps.labelOf(order.method));
    ctx.show(historyDetail(order, lines, { waits: goods?.status === 'blocked', method }, time), { keyboard });
  });

  callbacks.on(composer, 'again', async (ctx, orderId) => {
    const order = await own(ctx, orderId);
    if (!order) return;
    const goods = await goodsOf(ctx.tx, order);
    if (!goods) return ctx.toast(toasts.stale, { alert: true });
    const sending = await deps.deliveries.resend(ctx.tx, order.id);
    ctx.toast(sending ? toasts.sending : toasts.underWay);
  });

  /** How far the goods of a paid order have come; undefined when it is not paid. */
  async function goodsOf(tx: Tx, order: Order) {
    if (order.status !== 'paid' && order.status !== 'delivered') return undefined;
    return findDelivery(tx, order.id);
  }

  /** The order, if it is the person's own: what a button carries can be forged. */
  async function own(ctx: StoreContext, orderId: number): Promise<Order | undefined> {
    const order = await findOrder(ctx.tx, orderId);
    if (order?.userId === ctx.user.id) return order;
    ctx.toast(toasts.stale, { alert: true });
    return undefined;
  }

  return composer;
}
