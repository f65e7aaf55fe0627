import { Composer, InlineKeyboard } from 'grammy';
import type { Rupiah } from '../../../../kernel/money.ts';
import type { StoreContext } from '../../../bot/context.ts';
import { type Cart, type CartView, cartCallbacks } from '../../shop/cart/index.ts';
import { HOME } from '../../shop/users/index.ts';
import { askedOfGateway, balancePart, type Checkout, findOrder, type Order, type Orders } from '../orders/index.ts';
import { boundsHint, fitting, methodButton, type PaymentMethods } from '../payment-methods/index.ts';
import type { Wallet } from '../wallet/index.ts';
import { payCallbacks } from './callbacks.ts';
import { copy, LABELS } from './copy.ts';
import { eraseCopy } from './invoice-message.ts';
import type { Payments } from './service.ts';

export function paymentHandlers(deps: {
  cart: Cart;
  orders: Orders;
  payments: Payments;
  wallet: Pick<Wallet, 'balanceOf'>;
  methods: PaymentMethods;
  /** Whether the store tries its payments without money. */
  isTrial(): boolean;
  /** Leads to the deposit, for whom the balance is too small. */
  depositButton: { text: string; data: string };
}): Composer<StoreContext> {
  const { cart, orders, payments, wallet, methods } = deps;
  const composer = new Composer<StoreContext>();

  /** The ways to pay for the cart as it is now. */
  async function choose(ctx: StoreContext): Promise<void> {
    const view = await cart.view(ctx.tx, ctx.user.id);
    if (view.lines.length === 0) return ctx.toast(copy.emptyCart, { alert: true });
    const balance = await wallet.balanceOf(ctx.tx, ctx.user.id);
    const offered = await methods.enabled(ctx.tx);
    const usable = fitting(offered, view.total);
    const keyboard = new InlineKeyboard();
    for (const method of usable) {
      if (method.kind !== 'account') keyboard.text(methodButton(method), via(method, view.total)).success();
    }
    if (usable.some(({ kind }) => kind === 'account')) {
      keyboard.row().text(LABELS.accounts, payCallbacks.pack('accounts')).row();
    }
    if (balance >= view.total) {
      keyboard
        .text(view.total === 0 ? LABELS.free : LABELS.balance, payCallbacks.pack('balance', view.total))
        .success();
    } else keyboard.row().text(deps.depositButton.text, deps.depositButton.data);
    const [usual] = offered;
    const part = usual ? balancePart(view.total, balance, usual.min) : 0;
    if (usual && part > 0 && view.total - part <= usual.max) {
      keyboard
        .row()
        .text(
          LABELS.mixed(part, usual.label, view.total - part),
          payCallbacks.pack('mixed', methods.all.indexOf(usual), view.total, part),
        )
        .success();
    }
    const hints = { bounds: boundsHint(offered, view.total), trial: deps.isTrial() };
    ctx.show(copy.choose(view, balance, hints), {
      keyboard: keyboard
        .row()
        .text(LABELS.backToCart, cartCallbacks.pack('view'))
        .row()
        .text(LABELS.cancel, cartCallbacks.pack('clear'))
        .danger(),
    });
  }
  payCallbacks.on(composer, 'choose', choose);

  const via = (method: PaymentMethods['all'][number], total: Rupiah) =>
    payCallbacks.pack('via', methods.all.indexOf(method), total);

  payCallbacks.on(composer, 'accounts', async (ctx) => {
    const view: CartView = await cart.view(ctx.tx, ctx.user.id);
    const banks = fitting(await methods.enabled(ctx.tx), view.total).filter(({ kind }) => kind === 'account');
    if (view.lines.length === 0 || banks.length === 0) return choose(ctx);
    const keyboard = new InlineKeyboard();
    banks.forEach((bank, index) => {
      if (index % 2 === 0) keyboard.row();
      keyboard.text(methodButton(bank), via(bank, view.total));
    });
    ctx.show(copy.accounts(view.total, deps.isTrial()), {
      keyboard: keyboard.row().text(LABELS.ways, payCallbacks.pack('choose')),
    });
  });

  payCallbacks.on(composer, 'qris', async (ctx) => {
    await choose(ctx);
    ctx.toast(copy.lookAgain, { alert: true });
  });

  payCallbacks.on(composer, 'via', (ctx, position, total) => payThrough(ctx, position, total, 0));
  payCallbacks.on(composer, 'mixed', payThrough);

  async function payThrough(ctx: StoreContext, position: number, total: Rupiah, fromBalance: Rupiah): Promise<void> {
    const messageId = ctx.callbackQuery?.message?.message_id;
    if (messageId === undefined) return;
    const method = (await methods.enabled(ctx.tx)).find((offered) => methods.all.indexOf(offered) === position);
    if (!method) {
      await choose(ctx);
      return ctx.toast(copy.methodGone, { alert: true });
    }
    const checkout = await orders.checkout(ctx.tx, ctx.user, messageId, { method: method.id, total, fromBalance });
    if (checkout.kind !== 'created') return refused(ctx, checkout);
    const { id, ref, userId } = checkout.order;
    const amount = askedOfGateway(checkout.order);
    await payments.request(ctx.tx, { kind: 'order', id }, { ref, userId, amount, method: method.id });
    ctx.show(copy.loading(method.label), { inPlace: true });
  }

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
        return ctx.toast(copy.belowMinimum(checkout.label, checkout.minimum), { alert: true });
      case 'above_maximum':
        return ctx.toast(copy.aboveMaximum(checkout.label, checkout.maximum), { alert: true });
    }
  }

  payCallbacks.on(composer, 'show', async (ctx, orderId) => {
    const order = await ownOrder(ctx, orderId);
    if (!order) return;
    if (order.status !== 'awaiting_payment') return ctx.toast(endedToast(order), { alert: true });
    await payments.showAgain(ctx.tx, order.ref);
    ctx.toast(copy.showing);
  });

  payCallbacks.on(composer, 'status', async (ctx, orderId) => {
    const order = await ownOrder(ctx, orderId);
    if (!order) return;
    eraseCopy(ctx, await payments.find(ctx.tx, order.ref));
    if (order.status !== 'awaiting_payment') return ctx.toast(endedToast(order), { alert: true });
    if (!(await payments.inquire(ctx.tx, order.ref))) return ctx.toast(copy.noLonger.closed, { alert: true });
    ctx.toast(copy.checking);
  });

  payCallbacks.on(composer, 'cancel', async (ctx, orderId) => {
    const order = await ownOrder(ctx, orderId);
    if (!order) return;
    eraseCopy(ctx, await payments.find(ctx.tx, order.ref));
    const cancelled = await payments.cancel(ctx.tx, { kind: 'order', id: order.id }, 'by_customer');
    if (!cancelled) return ctx.toast(endedToast(order), { alert: true });
    ctx.send(copy.cancelled(order), { keyboard: new InlineKeyboard().text(HOME.text, HOME.data) });
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
