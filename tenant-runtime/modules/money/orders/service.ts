import type { Clock } from '../../../../kernel/clock.ts';
import type { Tx } from '../../../../kernel/db.ts';
import { shortId } from '../../../../kernel/ids.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import type { GatewayMethod } from '../../../gateway/index.ts';
import type { Cart, CartLine } from '../../shop/cart/index.ts';
import type { Stock } from '../../shop/stock/index.ts';
import { lockCustomer } from '../../shop/users/index.ts';
import type { Vouchers } from '../../shop/vouchers/index.ts';
import type { Wallet } from '../wallet/index.ts';
import { askedOfGateway, createHeldBalance } from './held-balance.ts';
import {
  BALANCE,
  type Checkout,
  type CreditReason,
  type GatewayPayment,
  type Order,
  type PayBy,
  type SettledBy,
  type Settlement,
} from './schema.ts';
import {
  countOrders,
  deleteOrder,
  insertOrder,
  isOverLimit,
  linesOf,
  lockLimits,
  lockOrder,
  openOrderOfMessage,
  paidOrderOfMessage,
  setClosed,
  setCredited,
  setPaid,
} from './sql.ts';

export type Orders = {
  /**
   * Turns the cart into an order that holds its stock, or, by balance, into one that is paid. `messageId` is the chat
   * message whose button was pressed.
   */
  checkout(tx: Tx, customer: { id: number }, messageId: number, by: PayBy): Promise<Checkout>;
  /**
   * Counts a verified payment, once, whoever brings it and however often (rules 5 and 6). `payment` is missing when an
   * admin marks the order paid without one.
   */
  settle(
    tx: Tx,
    orderId: number,
    by: SettledBy,
    payment: GatewayPayment | undefined,
    note?: string,
  ): Promise<Settlement>;
  /** Ends an order that still awaits payment, and gives its stock back. False when it does not await payment. */
  close(tx: Tx, orderId: number, status: 'expired' | 'cancelled', reason: string): Promise<boolean>;
  /** The gateway has confirmed that no money came, or can come, for an order that ended unpaid: its voucher is free again. */
  confirmUnpaid(tx: Tx, orderId: number): Promise<void>;
};

/** Ends that the gateway itself has told, or before which nobody could have paid. Of any other, money may be on its way. */
const UNPAID_FOR_SURE: ReadonlySet<string> = new Set(['expired', 'by_gateway', 'gateway_failed']);

const CREDIT_NOTES: Record<CreditReason, string> = {
  no_stock: 'stok habis',
  balance_gone: 'saldo untuk sisanya tidak cukup',
  over_limit: 'melebihi batas per pelanggan',
  paid_twice: 'dibayar dua kali',
};

/** One customer has at most this many open invoices. */
const MAX_OPEN_ORDERS = 3;
/** And makes at most this many orders in this time. */
const MAX_RECENT_ORDERS = 10;
const RECENT_MS = 10 * 60_000;

export function createOrders(deps: {
  cart: Cart;
  stock: Stock;
  wallet: Wallet;
  vouchers: Pick<Vouchers, 'hold' | 'take' | 'giveBack' | 'takeBack'>;
  /** A way to pay through the gateway, by its id. */
  methodOf(id: string): GatewayMethod | undefined;
  /** Whether the store tries its payments without money: what is bought from a balance is marked. */
  isTrial(): boolean;
  clock: Clock;
  /** Called in the transaction that makes an order paid: queues its delivery. */
  onPaid(tx: Tx, order: Order): Promise<void>;
  /** Called in every transaction that changes an order: brings notices and the invoice up to date. */
  onChanged(tx: Tx, order: Order): Promise<void>;
  /** Called when money became balance instead of goods. */
  onCredited(tx: Tx, order: Order, settlement: Settlement & { kind: 'credited' }): Promise<void>;
  /** Called when the gateway's money is most likely what an admin had marked paid already. */
  onSameMoney(tx: Tx, order: Order): Promise<void>;
  /** Called after stock was taken, to tell admins when it runs low. */
  onStockTaken(tx: Tx, productIds: readonly number[]): Promise<void>;
}): Orders {
  const { cart, stock, wallet, vouchers, clock } = deps;
  const held = createHeldBalance(wallet);

  async function credit(
    tx: Tx,
    order: Order,
    reason: CreditReason,
    payment: { id: number; amount: Rupiah } | undefined,
  ): Promise<Settlement> {
    const amount = payment?.amount ?? askedOfGateway(order);
    await wallet.credit(tx, {
      userId: order.userId,
      amount,
      kind: 'credit',
      source: payment ? `payment:${payment.id}` : `order:${order.id}`,
      note: `${order.ref}: ${CREDIT_NOTES[reason]}`,
    });
    const settlement = { kind: 'credited', reason, amount } as const;
    await deps.onCredited(tx, order, settlement);
    return settlement;
  }

  async function sell(tx: Tx, order: Order, by: SettledBy, note: string | undefined): Promise<Order> {
    await stock.sell(tx, order.id);
    await setPaid(tx, order.id, { by, note: note ?? null, sandbox: order.sandbox }, clock.now());
    const paid: Order = { ...order, status: 'paid', settledBy: by, note: note ?? order.note };
    await deps.onPaid(tx, paid);
    await deps.onChanged(tx, paid);
    return paid;
  }

  /** An invoice holds stock and keeps the gateway busy; there are only so many. */
  async function invoiceRefusal(tx: Tx, userId: number): Promise<Checkout | undefined> {
    const { open, recent } = await countOrders(tx, userId, new Date(clock.now().getTime() - RECENT_MS));
    if (open >= MAX_OPEN_ORDERS) return { kind: 'too_many_open', open };
    return recent >= MAX_RECENT_ORDERS ? { kind: 'too_many_recent' } : undefined;
  }

  /** The lines of a cart that are more than one customer may have. */
  async function overLimit(tx: Tx, userId: number, lines: readonly CartLine[]): Promise<CartLine[]> {
    if (lines.every((line) => line.left === null)) return [];
    await lockLimits(tx, userId);
    return (await cart.lines(tx, userId)).filter((line) => line.left !== null && line.quantity > line.left);
  }

  async function totalRefusal(tx: Tx, userId: number, total: Rupiah, by: PayBy): Promise<Checkout | undefined> {
    if (total !== by.total) return { kind: 'total_changed' };
    if (by.method === BALANCE) {
      return (await wallet.hold(tx, userId)) < total ? { kind: 'insufficient' } : undefined;
    }
    const method = deps.methodOf(by.method);
    if (!method) throw new Error('an order by a method that the gateway does not have');
    const { label, min, max } = method;
    const part = by.fromBalance ?? 0;
    const asked = total - part;
    if (part < 0 || asked < min) return { kind: 'below_minimum', label, minimum: min };
    if (asked > max) return { kind: 'above_maximum', label, maximum: max };
    return part > 0 && (await wallet.hold(tx, userId)) < part ? { kind: 'insufficient' } : undefined;
  }

  return {
    async checkout(tx, customer, messageId, by) {
      const { blocked } = await lockCustomer(tx, customer.id);
      const existing = await openOrderOfMessage(tx, customer.id, messageId);
      if (existing) return { kind: 'existing', order: existing };
      if (blocked) return { kind: 'blocked' };
      const busy = by.method !== BALANCE && (await invoiceRefusal(tx, customer.id));
      if (busy) return busy;
      const wanted = await cart.lines(tx, customer.id);
      if (wanted.length === 0) {
        // The first press of the button emptied the cart.
        const paid = await paidOrderOfMessage(tx, customer.id, messageId);
        return paid ? { kind: 'existing', order: paid } : { kind: 'empty_cart' };
      }
      const gone = wanted.filter((line) => !line.onSale);
      if (gone.length > 0) return { kind: 'short', names: gone.map((line) => line.name) };
      const over = await overLimit(tx, customer.id, wanted);
      if (over.length > 0) return { kind: 'over_limit', names: over.map((line) => line.name) };
      const lines = wanted.map(({ productId, name, unitPrice, quantity }) => ({
        productId,
        name,
        unitPrice,
        quantity,
      }));
      const subtotal = lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0);
      const voucher = await vouchers.hold(tx, customer.id, subtotal);
      if (voucher.kind === 'fell') return { ...voucher, kind: 'voucher_fell' };
      const [discount, voucherCode] = voucher.kind === 'applied' ? [voucher.discount, voucher.voucher.code] : [0, null];
      const total = subtotal - discount;
      const refusal = await totalRefusal(tx, customer.id, total, by);
      if (refusal) return refusal;
      const ref = `tg${customer.id}-${shortId()}`;
      const order = await insertOrder(
        tx,
        {
          ref,
          userId: customer.id,
          messageId,
          method: by.method,
          sandbox: by.method === BALANCE && deps.isTrial(),
          subtotal,
          discount,
          voucherCode,
          fromBalance: by.fromBalance ?? 0,
          at: clock.now(),
        },
        lines,
      );
      const reservation = await stock.reserve(tx, order.id, lines);
      if (reservation.kind === 'short') {
        await deleteOrder(tx, order.id);
        const short = new Set(reservation.lines.map((line) => line.productId));
        return { kind: 'short', names: lines.filter((line) => short.has(line.productId)).map((line) => line.name) };
      }
      if (voucher.kind === 'applied') await vouchers.take(tx, order, voucher.voucher.id);
      await cart.clear(tx, customer.id);
      await deps.onStockTaken(
        tx,
        lines.map((line) => line.productId),
      );
      if (by.method === BALANCE) {
        await wallet.spend(tx, { userId: order.userId, amount: total, source: `order:${order.id}`, note: ref });
        return { kind: 'created', order: await sell(tx, order, 'balance', undefined), lines };
      }
      await held.take(tx, order);
      await deps.onChanged(tx, order);
      return { kind: 'created', order, lines };
    },

    async settle(tx, orderId, by, payment, note) {
      const locked = await lockOrder(tx, orderId);
      const order = locked && { ...locked, sandbox: locked.sandbox || payment?.sandbox === true };
      if (!order) throw new Error('settling an order that does not exist');
      if (payment && !(await payment.claim(tx))) return { kind: 'already' };
      switch (order.status) {
        case 'awaiting_payment':
          await sell(tx, order, by, note);
          return { kind: 'settled', late: false };
        case 'expired':
        case 'cancelled': {
          const lines = await linesOf(tx, order.id);
          await lockLimits(tx, order.userId);
          const over = await isOverLimit(tx, order.id);
          // What the balance paid of it went back when it ended: all or nothing, so that part must be there again. An
          // admin's word stands for it.
          const covered = (await wallet.hold(tx, order.userId)) >= order.fromBalance;
          const lacksBalance = !covered && payment !== undefined;
          const reservation = over || lacksBalance ? undefined : await stock.reserve(tx, order.id, lines);
          if (reservation?.kind === 'reserved') {
            if (covered) await held.takeAgain(tx, order);
            if (order.voucherCode !== null) await vouchers.takeBack(tx, order.id);
            await sell(tx, order, by, note);
            await deps.onStockTaken(
              tx,
              lines.map((line) => line.productId),
            );
            return { kind: 'settled', late: true };
          }
          if (order.voucherCode !== null) await vouchers.giveBack(tx, order.id);
          const reason = over ? 'over_limit' : lacksBalance ? 'balance_gone' : 'no_stock';
          const settlement = await credit(tx, order, reason, payment);
          await setCredited(tx, order.id, by, note ?? null, reason, clock.now());
          await deps.onChanged(tx, { ...order, status: 'credited', closedReason: reason });
          return settlement;
        }
        case 'paid':
        case 'delivered':
        case 'credited':
          if (!payment) return { kind: 'already' };
          if (!isSameMoney(order, payment)) return credit(tx, order, 'paid_twice', payment);
          await deps.onSameMoney(tx, order);
          return { kind: 'same_money' };
      }
    },

    async close(tx, orderId, status, reason) {
      const order = await lockOrder(tx, orderId);
      if (order?.status !== 'awaiting_payment') return false;
      await held.giveBack(tx, order);
      await stock.release(tx, orderId);
      if (order.voucherCode !== null && UNPAID_FOR_SURE.has(reason)) await vouchers.giveBack(tx, orderId);
      await setClosed(tx, orderId, status, reason, clock.now());
      await deps.onChanged(tx, { ...order, status, closedReason: reason });
      return true;
    },

    async confirmUnpaid(tx, orderId) {
      const order = await lockOrder(tx, orderId);
      const ended = order?.status === 'expired' || order?.status === 'cancelled';
      if (ended && order.voucherCode !== null) await vouchers.giveBack(tx, orderId);
    },
  };
}

/**
 * An admin marks an order paid because the customer shows a receipt while the gateway is late to tell. Money that came
 * before the mark is the money of the mark; only what comes after it is a second payment.
 */
function isSameMoney(order: Order, payment: GatewayPayment): boolean {
  const marked = order.status === 'credited' ? order.closedAt : order.paidAt;
  if (!order.settledBy?.startsWith('admin:') || !marked || !payment.completedAt) return false;
  return payment.completedAt <= marked;
}
