import type { Clock } from '../../../../kernel/clock.ts';
import type { Db, Queryable, Tx } from '../../../../kernel/db.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import type { Jobs } from '../../../../kernel/jobs.ts';
import type { Log } from '../../../../kernel/log.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import type { Intake } from '../../../config.ts';
import type { Gateway, GatewayTransaction } from '../../../gateway/index.ts';
import type { Orders, SettledBy, Settlement } from '../orders/index.ts';
import type { Payables, Subject } from './payable.ts';
import { EXPIRY_GRACE, nextLateCheck, nextPendingCheck } from './schedule.ts';
import type { Payment } from './schema.ts';
import {
  findPayment,
  findPaymentByRef,
  insertPayment,
  nextCheckAt,
  obsoletePayments,
  paymentsOf,
  setAbsent,
  setCompleted,
  setEnded,
  setNextCheck,
  setTransaction,
} from './sql.ts';

/** What asking the gateway about a payment came to. */
export type CheckResult =
  | { kind: 'settled'; settlement: Settlement }
  | { kind: 'pending' }
  /** What was to be paid for ended without money; `answered` when the gateway has just said that none came since. */
  | { kind: 'ended'; answered: boolean }
  /** The gateway speaks of another transaction, order or amount. */
  | { kind: 'mismatch' }
  | { kind: 'unreachable' };

export type CancelReason =
  | 'by_customer'
  | 'by_admin'
  | 'by_gateway'
  | 'unreachable'
  /** The gateway made no transaction, or did not say so. */
  | 'gateway_failed'
  /** The gateway takes no order of this store. */
  | 'gateway_closed'
  /** The API that it was made with is no more. */
  | 'api_ended';

/** `method` is one of the gateway's. */
export type PaymentRequest = { ref: string; userId: number; amount: Rupiah; method: string };

export type Payments = {
  /** Writes the payment of something new and queues the question to the gateway. */
  request(tx: Tx, subject: Subject, of: PaymentRequest): Promise<void>;
  /** Queues the customer's question about a payment; the gateway's answer is told. False when there is no payment. */
  inquire(tx: Tx, ref: string): Promise<boolean>;
  /** Queues an open invoice to be sent once more, in the place of the message that shows it now. */
  showAgain(tx: Tx, ref: string): Promise<void>;
  /**
   * Asks the gateway, and settles or ends the subject by what it says. Opens its own transactions. `hinted` is the
   * transaction that somebody named, for a payment whose own is not known: the gateway says whether it is of this order.
   */
  check(payment: Payment, by: SettledBy, hinted?: string): Promise<CheckResult>;
  /**
   * Takes the transaction of an ended payment back, found first when the answer that named it was lost; money that came in
   * the same moment is counted. `later` when the gateway did not answer.
   */
  withdraw(payment: Payment): Promise<'done' | 'later'>;
  /** Ends what awaits payment through an API that is no more. Returns what it ended. */
  endObsolete(tx: Tx): Promise<Payment[]>;
  /** Page where the open invoice of something can be paid in a browser. */
  pageOf(on: Queryable, subject: Subject): Promise<string | undefined>;
  find(on: Queryable, ref: string): Promise<Payment | undefined>;
  /** Ends the subject by the wish of the customer or an admin, or because the gateway failed. False when it awaits no payment. */
  cancel(tx: Tx, subject: Subject, reason: CancelReason): Promise<boolean>;
  /**
   * Settles an order without money at the gateway, on an admin's word. Its invoice is withdrawn. Ask the gateway with
   * `check` first: a customer with a receipt may have paid through it.
   */
  markPaid(tx: Tx, orderId: number, adminId: number, note: string): Promise<Settlement>;
  nextCheckAt(): Promise<Date | null>;
};

/** Until the gateway names its own time. */
const PROVISIONAL_EXPIRY_MS = 60 * 60_000;

export function createPayments(deps: {
  db: Db;
  gateway: Gateway;
  orders: Pick<Orders, 'settle'>;
  payables: Payables;
  jobs: Pick<Jobs<'invoice' | 'question'>, 'send'>;
  mode: Intake['mode'];
  clock: Clock;
  log: Log;
  failpoint: Failpoint;
  countSettlement(kind: Settlement['kind']): void;
  /** Whether a transaction is refused because its payment is no money. */
  refuses(transaction: { sandbox: boolean }): boolean;
  /** A transaction of the gateway that is not what we asked for: somebody must look at it. */
  onMismatch(payment: Payment): Promise<void>;
  /** Somebody "paid" without money, and nothing was settled. */
  onSandboxPaid(payment: Payment): Promise<void>;
  /** Called when the time of the next question may have moved forward. */
  onScheduled(): void;
}): Payments {
  const { db, gateway, orders, payables, clock } = deps;

  async function settle(payment: Payment, by: SettledBy, transaction: GatewayTransaction): Promise<CheckResult> {
    const { completedAt, transactionId, sandbox } = transaction;
    deps.failpoint('payment.verified');
    const settlement = await db.tx(async (tx) => {
      const made = await payables[payment.subject.kind].settle(tx, payment.subject.id, by, {
        id: payment.id,
        amount: payment.amount,
        completedAt,
        sandbox,
        claim: (inside) => setCompleted(inside, payment.id, { at: clock.now(), transactionId, sandbox }),
      });
      deps.failpoint('payment.settling');
      return made;
    });
    deps.failpoint('payment.settled');
    deps.countSettlement(settlement.kind);
    deps.log.info({ ref: payment.ref, by, settlement: settlement.kind }, 'payment settled');
    return { kind: 'settled', settlement };
  }

  async function end(tx: Tx, subject: Subject, status: 'expired' | 'cancelled', reason: string): Promise<boolean> {
    const closed = await payables[subject.kind].close(tx, subject.id, status, reason);
    if (closed) await endPayments(tx, subject, reason.startsWith('gateway_') ? 'failed' : status);
    return closed;
  }

  async function endPayments(tx: Tx, subject: Subject, status: 'expired' | 'cancelled' | 'failed'): Promise<void> {
    await setEnded(tx, subject, status, nextLateCheck(0, clock.now()) ?? clock.now());
    tx.afterCommit(deps.onScheduled);
  }

  const confirmUnpaid = ({ kind, id }: Subject): Promise<void> =>
    db.tx(async (tx) => payables[kind].confirmUnpaid?.(tx, id));

  /** The gateway has no money for this payment (yet): decides when to ask again, or ends its subject. */
  async function unpaid(payment: Payment, answered: boolean, cancelled: boolean): Promise<CheckResult> {
    const now = clock.now();
    const current = await findPayment(db, payment.id);
    if (current?.status === 'completed') return { kind: 'settled', settlement: { kind: 'already' } };
    if (current?.status === 'creating') return { kind: 'pending' };
    if (current?.status !== 'pending') {
      if (answered && current?.status === 'expired') await confirmUnpaid(current.subject);
      return { kind: 'ended', answered };
    }
    const patience = payment.expiresAt.getTime() + (answered ? 0 : EXPIRY_GRACE);
    if (!cancelled && now.getTime() < patience) return answered ? { kind: 'pending' } : { kind: 'unreachable' };
    // A gateway cancels what nobody paid in time.
    const isEarly = cancelled && now < payment.expiresAt;
    const closed = await db.tx((tx) =>
      isEarly
        ? end(tx, payment.subject, 'cancelled', 'by_gateway')
        : end(tx, payment.subject, 'expired', answered ? 'expired' : 'expired_unanswered'),
    );
    // Something else settled it meanwhile: this payment is only asked about again for late money.
    if (!closed) await db.tx((tx) => endPayments(tx, payment.subject, 'expired'));
    return { kind: 'ended', answered };
  }

  /** The gateway's id of a payment, asked for when the answer that named it was lost. */
  async function locate(payment: Payment): Promise<Located> {
    if (payment.transactionId !== null) return { kind: 'known', transactionId: payment.transactionId };
    const isOpen = payment.status === 'creating' || payment.status === 'pending';
    if (isOpen || payment.absent) return { kind: 'none' };
    const { ref, amount, method } = payment;
    const found = await gateway.create({ ref, amount, method });
    if (found.kind === 'unreachable') return found;
    if (found.kind !== 'ok') return { kind: 'none' };
    await setTransaction(db, payment.id, found.value);
    return { kind: 'known', transactionId: found.value.transactionId };
  }

  /** Asks about the payment's own transaction. */
  async function ask(payment: Payment, by: SettledBy, transactionId: string): Promise<CheckResult> {
    const answer = await gateway.status(transactionId);
    if (answer.kind === 'not_found') return unpaid(payment, true, false);
    if (answer.kind !== 'ok') return unpaid(payment, false, false);
    const { value: transaction } = answer;
    if (!isOf(transaction, payment, transactionId)) {
      await deps.onMismatch(payment);
      // A gateway that talks of something else must not hold the stock for ever.
      await unpaid(payment, false, false);
      return { kind: 'mismatch' };
    }
    if (transaction.status !== 'completed') return unpaid(payment, true, transaction.status === 'cancelled');
    if (!deps.refuses(transaction)) return settle(payment, by, transaction);
    await deps.onSandboxPaid(payment);
    return unpaid(payment, true, false);
  }

  /** Asks about a transaction that somebody says is the payment's: unless the gateway agrees, that changes nothing. */
  async function askHinted(payment: Payment, by: SettledBy, transactionId: string): Promise<CheckResult> {
    const answer = await gateway.status(transactionId);
    if (answer.kind === 'not_found') return { kind: 'pending' };
    if (answer.kind !== 'ok') return { kind: 'unreachable' };
    const { value: transaction } = answer;
    if (!isOf(transaction, payment, transactionId)) return { kind: 'mismatch' };
    if (transaction.status !== 'completed') return { kind: 'pending' };
    if (!deps.refuses(transaction)) return settle(payment, by, transaction);
    await deps.onSandboxPaid(payment);
    return { kind: 'pending' };
  }

  async function check(payment: Payment, by: SettledBy, hinted?: string): Promise<CheckResult> {
    if (payment.status === 'completed') return { kind: 'settled', settlement: { kind: 'already' } };
    if (payment.transactionId === null && hinted !== undefined) return askHinted(payment, by, hinted);
    const located = await locate(payment);
    if (located.kind === 'known') return ask(payment, by, located.transactionId);
    return unpaid(payment, located.kind === 'none', false);
  }

  return {
    async request(tx, subject, of) {
      const now = clock.now();
      const id = await insertPayment(tx, {
        ...of,
        subject,
        gateway: gateway.name,
        at: now,
        expiresAt: new Date(now.getTime() + PROVISIONAL_EXPIRY_MS),
      });
      await deps.jobs.send(tx, 'invoice', { paymentId: id });
    },

    async inquire(tx, ref) {
      const payment = await findPaymentByRef(tx, ref);
      if (!payment) return false;
      await deps.jobs.send(tx, 'question', { paymentId: payment.id }, { key: `payment:${payment.id}` });
      return true;
    },

    async showAgain(tx, ref) {
      const payment = await findPaymentByRef(tx, ref);
      if (payment) await deps.jobs.send(tx, 'invoice', { paymentId: payment.id, again: true });
    },

    check,

    async withdraw(payment) {
      const located = await locate(payment);
      if (located.kind === 'unreachable') return 'later';
      if (located.kind === 'known') {
        const { transactionId } = located;
        if ((await ask(payment, 'reconcile', transactionId)).kind === 'settled') return 'done';
        const cancelled = await gateway.cancel(transactionId);
        if (cancelled.kind === 'unreachable') return 'later';
        if (cancelled.kind !== 'ok') {
          // Ended there already, or paid a moment ago: what it says now counts.
          const now = await ask(payment, 'reconcile', transactionId);
          if (now.kind === 'unreachable') return 'later';
          if (now.kind !== 'ended' || !now.answered) return 'done';
        }
      }
      await confirmUnpaid(payment.subject);
      return 'done';
    },

    async endObsolete(tx) {
      const open = await obsoletePayments(tx);
      for (const payment of open) {
        await setAbsent(tx, payment.id);
        const closed = await end(tx, payment.subject, 'cancelled', 'api_ended');
        if (!closed) await endPayments(tx, payment.subject, 'cancelled');
      }
      return open;
    },

    async pageOf(on, subject) {
      const open = (await paymentsOf(on, subject)).find(({ status }) => status === 'pending');
      return open?.transactionId ? gateway.page(open.transactionId) : undefined;
    },

    find: findPaymentByRef,

    cancel: (tx, subject, reason) => end(tx, subject, 'cancelled', reason),

    async markPaid(tx, orderId, adminId, note) {
      const settlement = await orders.settle(tx, orderId, `admin:${adminId}`, undefined, note);
      deps.countSettlement(settlement.kind);
      if (settlement.kind === 'settled') await endPayments(tx, { kind: 'order', id: orderId }, 'cancelled');
      return settlement;
    },

    nextCheckAt: () => nextCheckAt(db),
  };
}

type Located = { kind: 'known'; transactionId: string } | { kind: 'none' } | { kind: 'unreachable'; reason: string };

const isOf = (transaction: GatewayTransaction, { ref, amount }: Payment, transactionId: string): boolean =>
  transaction.transactionId === transactionId && transaction.ref === ref && transaction.amount === amount;

/** Sets when a payment is asked about next, after one question. */
export async function scheduleNext(
  db: Db,
  payment: Payment,
  result: CheckResult,
  mode: Intake['mode'],
  now: Date,
): Promise<void> {
  if (result.kind === 'settled' || (result.kind === 'ended' && payment.status === 'pending')) return;
  const waiting = payment.status === 'pending' && result.kind !== 'ended';
  const next = waiting ? nextPendingCheck(payment, now, mode) : nextLateCheck(payment.checks + 1, now);
  await setNextCheck(db, payment.id, next);
}
