import { Composer, InlineKeyboard } from 'grammy';
import type { Rupiah } from '../../../kernel/money.ts';
import type { StoreContext } from '../../bot/context.ts';
import { type Cart, cartCallbacks } from '../cart/index.ts';
import { type Checkout, findOrder, type Order, type Orders } from '../orders/index.ts';
import { HOME } from '../users/index.ts';
import type { Wallet } from '../wallet/index.ts';
import { payCallbacks } from './callbacks.ts';
import { copy, LABELS } from './copy.ts';
import type { Payments } from './service.ts';

export function paymentHandlers(deps: {
  cart: Cart;
  orders: Orders;
  payments: Payments;
  wallet: Pick<Wallet, 'balanceOf'>;
  /** The least that the gateway takes. */
  minimum: Rupiah;
  /** Leads to the deposit, for whom the balance is too small. */
  depositButton: { text: string; data: string };
}): Composer<StoreContext> {
  const { cart, orders, payments, wallet, minimum } = deps;
  const composer = new Composer<StoreContext>();

  /** The ways to pay for the cart as it is now. */
  async function choose(ctx: StoreContext): Promise<void> {
    const view = await cart.view(ctx.tx, ctx.user.id);
    if (view.lines.length === 0) return ctx.toast(copy.emptyCart, { alert: true });
    const balance = await wallet.balanceOf(ctx.tx, ctx.user.id);
    const keyboard = new InlineKeyboard();
    if (view.total >= minimum) keyboard.text(LABELS.qris, payCallbacks.pack('qris'));
    if (balance >= view.total) {
      keyboard.text(view.total === 0 ? LABELS.free : LABELS.balance, payCallbacks.pack('balance', view.total));
    } else keyboard.row().text(deps.depositButton.text, deps.depositButton.data);
    ctx.show(copy.choose(view, balance, minimum), {
      keyboard: keyboard.row().text(LABELS.cancel, cartCallbacks.pack('clear')),
    });
  }
  payCallbacks.on(composer, 'choose', choose);

  payCallbacks.on(composer, 'qris', async (ctx) => {
    const messageId = ctx.callbackQuery?.message?.message_id;
    if (messageId === undefined) return;
    const checkout = await orders.checkout(ctx.tx, ctx.user, messageId, { method: 'qris' });
    if (checkout.kind !== 'created') return refused(ctx, checkout);
    const { id, ref, userId, total: amount } = checkout.order;
    await payments.request(ctx.tx, { kind: 'order', id }, { ref, userId, amount });
    ctx.show(copy.loading, { inPlace: true });
  });

  payCallbacks.on(composer, 'balance', async (ctx, total) => {
    const messageId = ctx.callbackQuery?.message?.message_id;
    if (messageId === undefined) return;
    const checkout = await orders.checkout(ctx.tx, ctx.user, messageId, { method: 'balance', total });
    if (checkout.kind !== 'created') return refused(ctx, checkout);
    ctx.show(copy.paidByBalance(checkout.order, await wallet.balanceOf(ctx.tx, ctx.user.id)), {
      keyboard: new InlineKeyboard().text(HOME.text, HOME.data),
    });
  });

  async function refused(ctx: StoreContext, checkout: Exclude<Checkout, { kind: 'created' }>): Promise<void> {
    switch (checkout.kind) {
      case 'existing':
        return isPaid(checkout.order) ? ctx.toast(copy.noLonger.paid) : ctx.toast(copy.alreadyMade);
      case 'total_changed':
      case 'insufficient':
        await choose(ctx);
        return ctx.toast(checkout.kind === 'insufficient' ? copy.insufficient : copy.totalChanged, { alert: true });
      case 'voucher_fell':
        await choose(ctx);
        return ctx.toast(copy.voucherFell(checkout.code, checkout.refusal), { alert: true });
      case 'empty_cart':
        return ctx.toast(copy.emptyCart, { alert: true });
      case 'blocked':
        return ctx.toast(copy.blocked, { alert: true });
      case 'over_limit':
        return ctx.toast(copy.overLimit(checkout.names), { alert: true });
      case 'short':
        return ctx.toast(copy.short(checkout.names), { alert: true });
      case 'too_many_open':
        return ctx.toast(copy.tooManyOpen(checkout.open), { alert: true });
      case 'too_many_recent':
        return ctx.toast(copy.tooManyRecent, { alert: true });
      case 'below_minimum':
        return ctx.toast(copy.belowMinimum(checkout.minimum), { alert: true });
    }
  }

  payCallbacks.on(composer, 'status', async (ctx, orderId) => {
    const order = await ownOrder(ctx, orderId);
    if (!order) return;
    if (order.status !== 'awaiting_payment') return ctx.toast(endedToast(order), { alert: true });
    if (!(await payments.inquire(ctx.tx, order.ref))) return ctx.toast(copy.noLonger.closed, { alert: true });
    ctx.toast(copy.checking);
  });

  payCallbacks.on(composer, 'cancel', async (ctx, orderId) => {
    const order = await ownOrder(ctx, orderId);
    if (!order) return;
    const cancelled = await payments.cancel(ctx.tx, { kind: 'order', id: order.id }, 'by_customer');
    if (!cancelled) return ctx.toast(endedToast(order), { alert: true });
    ctx.say(copy.cancelled(order), { keyboard: new InlineKeyboard().text(HOME.text, HOME.data) });
  });

  async function ownOrder(ctx: StoreContext, orderId: number): Promise<Order | undefined> {
    const order = await findOrder(ctx.tx, orderId);
    if (order?.userId === ctx.user.id) return order;
    ctx.toast(copy.noLonger.notYours, { alert: true });
    return undefined;
  }

  return composer;
}

const isPaid = (order: Order): boolean => order.status === 'paid' || order.status === 'delivered';

const endedToast = (order: Order): string => (isPaid(order) ? copy.noLonger.paid : copy.noLonger.closed);
