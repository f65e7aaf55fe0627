import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { Rupiah } from '../../kernel/money.ts';
import type { TenantEnvironment } from '../config.ts';

/** How the customer pays: by a code that they scan, by a transfer to a number, or on a page of the gateway. */
export type MethodKind = 'qr' | 'account' | 'link';

/** A way to pay. Its id is stored with orders and payments; amounts outside of its bounds are refused there. */
export type GatewayMethod = {
  id: string;
  kind: MethodKind;
  /** What people call it. */
  label: string;
  min: Rupiah;
  max: Rupiah;
};

/** Why the gateway takes no order of this store at all, until somebody mends it. */
export const CLOSED_CAUSES = ['key_refused', 'project_unknown', 'api_gone', 'sandbox'] as const;
export type ClosedCause = (typeof CLOSED_CAUSES)[number];

/** How a payment gateway answered. */
export type Answer<T> =
  | { kind: 'ok'; value: T }
  /** The gateway knows no such transaction. */
  | { kind: 'not_found' }
  /** A definite no to this call, which had no effect; `transactionId` where it is because that transaction was cancelled. */
  | { kind: 'rejected'; reason: string; transactionId?: string }
  /** The answer is about something else than what was asked; the call may have had its effect. */
  | { kind: 'untrusted'; reason: string }
  /** No order can be paid here now. */
  | { kind: 'closed'; cause: ClosedCause; reason: string }
  /** No answer, or none that can be read: the call may have had its effect. */
  | { kind: 'unreachable'; reason: string };

/** An order as the gateway is asked for it. `ref` is our order id there, `amount` the base amount without fee. */
export type GatewayOrder = { ref: string; amount: Rupiah; method: string };

/** What the customer is asked to pay. `fee` and `totalPayment` are the gateway's, as far as it says. */
export type Invoice = {
  transactionId: string;
  fee: Rupiah | undefined;
  totalPayment: Rupiah | undefined;
  /** Content of the QR code, number of the account, or address of the page: by the kind of the method. */
  paymentNumber: string;
  expiresAt: Date | undefined;
  /** The gateway completes such a transaction without money. */
  sandbox: boolean;
};

export type TransactionStatus = 'pending' | 'completed' | 'cancelled';

export type GatewayTransaction = {
  transactionId: string;
  ref: string;
  amount: Rupiah;
  status: TransactionStatus;
  sandbox: boolean;
  completedAt: Date | undefined;
};

/** A webhook as it came: nobody has looked at it. */
export type WebhookRequest = { headers: IncomingHttpHeaders; body: Buffer };

/** Which transaction a webhook is about. Anyone can post one: it only says what to ask the gateway. */
export type WebhookHint = { ref: string; transactionId: string; amount: Rupiah | undefined };

export type WebhookReading = { kind: 'hint'; hint: WebhookHint } | { kind: 'forged' } | { kind: 'malformed' };

/**
 * A payment gateway: all that the store knows of one. What it answers is parsed inside; a field that settles nothing never
 * makes an answer unreadable.
 */
export type Gateway = {
  /** Stored with every payment. */
  readonly name: string;
  /** What people call it. */
  readonly label: string;
  /** The first is the one that a new store offers. Buttons hold positions in this list: new ones go to its end. */
  readonly methods: readonly [GatewayMethod, ...GatewayMethod[]];
  /** Asked again for the same order, it finds the transaction that it made before. */
  create(order: GatewayOrder): Promise<Answer<Invoice>>;
  status(transactionId: string): Promise<Answer<GatewayTransaction>>;
  cancel(transactionId: string): Promise<Answer<void>>;
  /** What the gateway charges for an amount, by method. */
  fees(amount: Rupiah): Promise<Answer<ReadonlyMap<string, Rupiah>>>;
  /** Milliseconds that the gateway wants between two questions about one transaction, whoever asks. */
  readonly statusIntervalMs: number;
  /** Has a transaction paid without money, where the gateway has such a thing for trials; it may refuse. */
  simulatePayment?(transactionId: string): Promise<Answer<void>>;
  /** Page where the customer can pay in a browser. */
  page(transactionId: string): string;
  readonly webhook: {
    readonly path: string;
    /** Whether it is authentic, and what it is about. */
    read(request: WebhookRequest): WebhookReading;
    /** What the gateway posts of a transaction that was paid, for whoever plays the gateway. */
    compose(hint: WebhookHint & { amount: Rupiah }): WebhookRequest;
  };
  /** What the seller does about it, in their words. */
  advice(cause: ClosedCause): string;
};

export type GatewayDeps = {
  clock: Clock;
  log: Log;
  count(call: string, result: Answer<unknown>['kind']): void;
};

/** Opens a gateway for a store; undefined when the store is not configured for it. */
export type GatewayFactory = (env: TenantEnvironment, deps: GatewayDeps) => Gateway | undefined;

export const methodOf = (gateway: Pick<Gateway, 'methods'>, id: string): GatewayMethod | undefined =>
  gateway.methods.find((method) => method.id === id);
