import type { Rupiah } from '../../kernel/money.ts';

/** How a payment gateway answered. `unreachable` includes time-outs: the call may have had its effect. */
export type Answer<T> =
  | { kind: 'ok'; value: T }
  /** The gateway knows no such transaction. */
  | { kind: 'not_found' }
  | { kind: 'rejected'; reason: string }
  | { kind: 'unreachable'; reason: string };

/** What the customer is asked to pay. `fee` and `totalPayment` are the gateway's. */
export type Invoice = {
  amount: Rupiah;
  fee: Rupiah;
  totalPayment: Rupiah;
  method: string;
  /** Content of the QR code, or the number of the virtual account. */
  paymentNumber: string;
  expiresAt: Date;
};

export type TransactionStatus = 'pending' | 'completed' | 'cancelled';

export type GatewayTransaction = {
  ref: string;
  project: string;
  amount: Rupiah;
  status: TransactionStatus;
  method: string;
  completedAt: Date | undefined;
};

/** A payment gateway. `ref` is our order id there, `amount` the base amount without fee; both name a transaction. */
export type Gateway = {
  readonly name: string;
  /** The project that our transactions belong to. */
  readonly project: string;
  create(ref: string, amount: Rupiah): Promise<Answer<Invoice>>;
  status(ref: string, amount: Rupiah): Promise<Answer<GatewayTransaction>>;
  cancel(ref: string, amount: Rupiah): Promise<Answer<void>>;
  /** Page where the customer can pay in a browser. */
  checkoutUrl(ref: string, amount: Rupiah): string;
};

/** The smallest amount that the gateway takes. */
export const MIN_PAYMENT: Rupiah = 500;
