import type { Db, Queryable, Tx } from '../../../../kernel/db.ts';
import type { Jobs } from '../../../../kernel/jobs.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import type { Intake } from '../../../config.ts';
import type { Orders, SettledBy, Settlement } from '../orders/index.ts';
import { type CheckResult, createPaymentChecks, type PaymentCheckDeps } from './checks.ts';
import type { Subject } from './payable.ts';
import { nextLateCheck, nextPendingCheck } from './schedule.ts';
import type { Payment } from './schema.ts';
import {
  findPaymentByRef,
  insertPayment,
  nextCheckAt,
  obsoletePayments,
  paymentsOf,
  setAbsent,
  setNextCheck,
  unfinishedInvoices,
} from './sql.ts';

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
  /**
   * After a start: ends what awaits payment through an API that is no more, and queues every other payment whose invoice is
   * unfinished again. Returns what it ended.
   */
  recover(tx: Tx): Promise<Payment[]>;
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

export function createPayments(
  deps: PaymentCheckDeps & {
    orders: Pick<Orders, 'settle'>;
    jobs: Pick<Jobs<'invoice' | 'question'>, 'send'>;
  },
): Payments {
  const { db, gateway, orders, clock } = deps;
  const { check, ask, locate, end, endPayments, confirmUnpaid } = createPaymentChecks(deps);

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

    async recover(tx) {
      const obsolete = await obsoletePayments(tx);
      for (const payment of obsolete) {
        await setAbsent(tx, payment.id);
        const closed = await end(tx, payment.subject, 'cancelled', 'api_ended');
        if (!closed) await endPayments(tx, payment.subject, 'cancelled');
      }
      for (const paymentId of await unfinishedInvoices(tx)) await deps.jobs.send(tx, 'invoice', { paymentId });
      return obsolete;
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
