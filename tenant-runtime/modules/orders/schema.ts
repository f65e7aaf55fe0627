import type { Rupiah } from '../../../kernel/money.ts';
import type { Refusal } from '../vouchers/index.ts';

export const ORDER_STATUSES = ['awaiting_payment', 'paid', 'delivered', 'expired', 'cancelled', 'credited'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export type PaymentMethod = 'qris' | 'balance';

export type Order = {
  id: number;
  /** Invoice id that people see, and the order id at the gateway: `tg<telegram id>-<random>`. */
  ref: string;
  userId: number;
  status: OrderStatus;
  method: PaymentMethod;
  subtotal: Rupiah;
  discount: Rupiah;
  /** The voucher that took the discount off. */
  voucherCode: string | null;
  /** What the gateway is asked for, without its fee. */
  total: Rupiah;
  settledBy: string | null;
  note: string | null;
  /** What went back to the customer's balance after it was paid, and why. The status says where the goods are. */
  refunded: Rupiah;
  refundNote: string | null;
  closedReason: string | null;
  closedAt: Date | null;
  checkoutMessageId: number;
  createdAt: Date;
  paidAt: Date | null;
  deliveredAt: Date | null;
};

export type OrderLine = { productId: number; name: string; unitPrice: Rupiah; quantity: number };

/** Who says that an order is paid. */
export type SettledBy = 'webhook' | 'status' | 'reconcile' | 'balance' | `admin:${number}`;

/** Why money became balance instead of goods; the first and the last of a payment that came too late. */
export type CreditReason = 'no_stock' | 'paid_twice' | 'over_limit';

/** What settling did. Only `settled` and `credited` changed anything. */
export type Settlement =
  | { kind: 'settled'; late: boolean }
  /** This payment was counted before. */
  | { kind: 'already' }
  /** The gateway's money is what an admin had marked paid before: nobody is credited, staff are told. */
  | { kind: 'same_money' }
  /**
   * The money became balance: no stock was left for a late payment, the customer has as many meanwhile as one may have, or
   * the order had been paid before.
   */
  | { kind: 'credited'; reason: CreditReason; amount: Rupiah };

export type Checkout =
  /** Paid by balance, the order is already `paid`. */
  | { kind: 'created'; order: Order; lines: OrderLine[] }
  /** The same button was pressed before: this is the order that it made. */
  | { kind: 'existing'; order: Order }
  | { kind: 'empty_cart' }
  | { kind: 'short'; names: string[] }
  /** More than one customer may have of these, with what they ordered before. */
  | { kind: 'over_limit'; names: string[] }
  /** The voucher in the cart holds no longer and is taken out: the customer must see the price without it. */
  | { kind: 'voucher_fell'; code: string; refusal: Refusal }
  | { kind: 'too_many_open'; open: number }
  /** Orders made and dropped again and again hold stock and keep the gateway busy. */
  | { kind: 'too_many_recent' }
  | { kind: 'below_minimum'; minimum: Rupiah }
  /** The balance does not cover the total. */
  | { kind: 'insufficient' }
  /** The total is not the one that the customer agreed to pay. */
  | { kind: 'total_changed' }
  | { kind: 'blocked' };

/** How a customer pays. By balance they pay at the press of the button, so they say which total they were shown. */
export type PayBy = { method: 'qris' } | { method: 'balance'; total: Rupiah };
