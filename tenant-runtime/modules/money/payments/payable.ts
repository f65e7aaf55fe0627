import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import type { Html } from '../../../bot/html.ts';
import type { GatewayPayment, SettledBy, Settlement } from '../orders/index.ts';

/** What a payment is for. */
export type Subject = { kind: 'order' | 'deposit'; id: number };

/** What an invoice says of its subject. */
export type Bill = {
  userId: number;
  /** The chat message that asked for the invoice; the invoice takes its place. */
  requestMessageId: number;
  /** Whether the money has come, this way or another. */
  paid: boolean;
  /** What is paid for, a line each. */
  items: readonly Html[];
  /** What a voucher took off before the payment's amount. */
  discount?: { code: string | null; amount: Rupiah };
  /** What the balance pays beside the payment's amount. */
  fromBalance?: Rupiah;
  /** What happens once it is paid. */
  promise: Html;
  cancelLabel: string;
  /** Data of the buttons below the invoice. */
  buttons: { status: string; cancel: string };
};

/** What the payments need of a module whose things are paid for; one of these per kind of subject. */
export type Payable = {
  /** Counts verified money, once, whoever brings it and however often (rules 5 and 6). */
  settle(tx: Tx, id: number, by: SettledBy, money: GatewayPayment): Promise<Settlement>;
  /** Ends what still awaits payment. False when it does not. */
  close(tx: Tx, id: number, status: 'expired' | 'cancelled', reason: string): Promise<boolean>;
  /** Hears that the gateway has confirmed, after the end, that no money came. May be told again. */
  confirmUnpaid?(tx: Tx, id: number): Promise<void>;
  bill(on: Queryable, id: number): Promise<Bill | undefined>;
};

export type Payables = Readonly<Record<Subject['kind'], Payable>>;
