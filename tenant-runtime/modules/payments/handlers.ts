import { Composer, InlineKeyboard } from 'grammy';
import type { Jobs } from '../../../kernel/jobs.ts';
import type { StoreContext } from '../../bot/context.ts';
import { type Cart, cartCallbacks } from '../cart/index.ts';
import { findOrder, type Order, type Orders } from '../orders/index.ts';
import { payCallbacks } from './callbacks.ts';
import { copy, LABELS } from './copy.ts';
import type { Payments } from './service.ts';

export function paymentHandlers(deps: {
  cart: Cart;
  orders: Orders;
  payments: Payments;
  jobs: Pick<Jobs<'question'>, 'send'>;
}): Composer<StoreContext> {
  const { cart, orders, payments } = deps;
  const composer = new Composer<StoreContext>();

  payCallbacks.on(composer, 'choose', async (ctx) => {
    const view = await cart.view(ctx.tx, ctx.user.id);
    if (view.lines.length === 0) return ctx.toast(copy.emptyCart, { alert: true });
    ctx.show(copy.choose(view), {
      keyboard: new InlineKeyboard()
        .text(LABELS.qris, payCallbacks.pack('qris'))
        .row()
        .text(LABELS.cancel, cartCallbacks.pack('clear')),
    });
  });

  payCallbacks.on(composer, 'qris', async (ctx) => {
    const messageId = ctx.callbackQuery?.message?.message_id;
    if (messageId === undefined) return;
    const checkout = await orders.checkout(ctx.tx, ctx.user, messageId);
    switch (checkout.kind) {
      case 'created':
        await payments.request(ctx.tx, checkout.order);
        return ctx.show(copy.loading, { inPlace: true });
      case 'existing':
        return ctx.toast(copy.alreadyMade);
      case 'empty_cart':
        return ctx.toast(copy.emptyCart, { alert: true });
      case 'blocked':
        return ctx.toast(copy.blocked, { alert: true });
      case 'short':
        return ctx.toast(copy.short(checkout.names), { alert: true });
      case 'too_many_open':
        return ctx.toast(copy.tooManyOpen(checkout.open), { alert: true });
      case 'too_many_recent':
        return ctx.toast(copy.tooManyRecent, { alert: true });
      case 'below_minimum':
        return ctx.toast(copy.belowMinimum(checkout.minimum), { alert: true });
    }
  });

  payCallbacks.on(composer, 'status', async (ctx, orderId) => {
    const order = await ownOrder(ctx, orderId);
    if (!order) return;
    if (order.status !== 'awaiting_payment') return ctx.toast(endedToast(order), { alert: true });
    const payment = await payments.find(ctx.tx, order.ref);
    if (!payment) return ctx.toast(copy.noLonger.closed, { alert: true });
    await deps.jobs.send(ctx.tx, 'question', { paymentId: payment.id }, { key: `payment:${payment.id}` });
    ctx.toast(copy.checking);
  });

  payCallbacks.on(composer, 'cancel', async (ctx, orderId) => {
    const order = await ownOrder(ctx, orderId);
    if (!order) return;
    if (!(await payments.cancel(ctx.tx, order, 'by_customer'))) return ctx.toast(endedToast(order), { alert: true });
    ctx.say(copy.cancelled(order));
  });

  async function ownOrder(ctx: StoreContext, orderId: number): Promise<Order | undefined> {
    const order = await findOrder(ctx.tx, orderId);
    if (order?.userId === ctx.user.id) return order;
    ctx.toast(copy.noLonger.notYours, { alert: true });
    return undefined;
  }

  return composer;
}

function endedToast(order: Order): string {
  return order.status === 'paid' || order.status === 'delivered' ? copy.noLonger.paid : copy.noLonger.closed;
}
