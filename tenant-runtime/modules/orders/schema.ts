import type { Rupiah } from '../../../kernel/money.ts';

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

/** What settling did. Only `settled` and `credited` changed anything. */
export type Settlement =
  | { kind: 'settled'; late: boolean }
  /** This payment was counted before. */
  | { kind: 'already' }
  /** The gateway's money is what an admin had marked paid before: nobody is credited, staff are told. */
  | { kind: 'same_money' }
  /** The money became balance: no stock was left for a late payment, or the order had been paid before. */
  | { kind: 'credited'; reason: 'no_stock' | 'paid_twice'; amount: Rupiah };
