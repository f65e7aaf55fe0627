import type { Tx } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import type { Refusal } from '../../shop/vouchers/index.ts';

const ORDER_STATUSES = ['awaiting_payment', 'paid', 'delivered', 'expired', 'cancelled', 'credited'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** `balance`, or a method of the gateway. */
export type PaymentMethod = string;
export const BALANCE = 'balance';

export type Order = {
  id: number;
  /** Invoice id that people see, and the order id at the gateway: `tg<telegram id>-<random>`. */
  ref: string;
  userId: number;
  status: OrderStatus;
  method: PaymentMethod;
  /** Paid, or to be paid, without money: the store tries its payments. */
  sandbox: boolean;
  subtotal: Rupiah;
  discount: Rupiah;
  /** The voucher that took the discount off. */
  voucherCode: string | null;
  /** What the order costs, without the gateway's fee. */
  total: Rupiah;
  /** The part of it that the balance pays while the gateway is asked for the rest. */
  fromBalance: Rupiah;
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
export type CreditReason = 'no_stock' | 'balance_gone' | 'over_limit' | 'paid_twice';

/** What settling did. Only `settled` and `credited` changed anything. */
export type Settlement =
  | { kind: 'settled'; late: boolean }
  /** This payment was counted before. */
  | { kind: 'already' }
  /** The gateway's money is what an admin had marked paid before: nobody is credited, staff are told. */
  | { kind: 'same_money' }
  /**
   * The money became balance: no stock was left for a late payment, or no balance for its other part, or the customer has as
   * many meanwhile as one may have, or the order had been paid before.
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
  | { kind: 'below_minimum'; label: string; minimum: Rupiah }
  | { kind: 'above_maximum'; label: string; maximum: Rupiah }
  /** The balance does not cover the total. */
  | { kind: 'insufficient' }
  /** The total is not the one that the customer agreed to pay. */
  | { kind: 'total_changed' }
  | { kind: 'blocked' };

/** How a customer pays, and the total that they were shown: the price that they saw is the price. */
export type PayBy = {
  method: PaymentMethod;
  total: Rupiah;
  /** With a method of the gateway: what the balance pays of it; the gateway is asked for the rest. */
  fromBalance?: Rupiah;
};

/** Money that the gateway says has come. */
export type GatewayPayment = {
  id: number;
  amount: Rupiah;
  /** No money moved: the gateway is in sandbox mode. */
  sandbox: boolean;
  /** When the gateway took it, as far as it says. */
  completedAt: Date | undefined;
  /** Marks the payment as counted; false when it was before. Called with the order locked. */
  claim(tx: Tx): Promise<boolean>;
};
