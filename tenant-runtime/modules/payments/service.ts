import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Queryable, Tx } from '../../../kernel/db.ts';
import type { Failpoint } from '../../../kernel/failpoint.ts';
import type { Jobs } from '../../../kernel/jobs.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Intake } from '../../config.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Order, Orders, SettledBy, Settlement } from '../orders/index.ts';
import { EXPIRY_GRACE, nextLateCheck, nextPendingCheck } from './schedule.ts';
import type { Payment } from './schema.ts';
import {
  findPayment,
  findPaymentByRef,
  insertPayment,
  nextCheckAt,
  setCompleted,
  setEnded,
  setNextCheck,
} from './sql.ts';

/** What asking the gateway about a payment came to. */
export type CheckResult =
  | { kind: 'settled'; settlement: Settlement }
  | { kind: 'pending' }
  /** The order ended without money. */
  | { kind: 'ended' }
  /** The gateway speaks of another project, order or amount. */
  | { kind: 'mismatch' }
  | { kind: 'unreachable' };

export type CancelReason = 'by_customer' | 'gateway_failed' | 'by_gateway' | 'unreachable';

export type Payments = {
  /** Writes the payment of a new order and queues the question to the gateway. */
  request(tx: Tx, order: Order): Promise<void>;
  /** Asks the gateway, and settles or ends the order by what it says. Opens its own transactions. */
  check(payment: Payment, by: SettledBy): Promise<CheckResult>;
  find(on: Queryable, ref: string): Promise<Payment | undefined>;
  /** Ends an order by the customer's wish, or because the gateway failed. False when it awaits no payment. */
  cancel(tx: Tx, order: Pick<Order, 'id'>, reason: CancelReason): Promise<boolean>;
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
  orders: Orders;
  jobs: Pick<Jobs<'invoice'>, 'send'>;
  mode: Intake['mode'];
  clock: Clock;
  log: Log;
  failpoint: Failpoint;
  countSettlement(kind: Settlement['kind']): void;
  /** A transaction of the gateway that is not what we asked for: somebody must look at it. */
  onMismatch(payment: Payment): Promise<void>;
  /** Called when the time of the next question may have moved forward. */
  onScheduled(): void;
}): Payments {
  const { db, gateway, orders, clock } = deps;

  async function settle(payment: Payment, by: SettledBy, completedAt: Date | undefined): Promise<CheckResult> {
    deps.failpoint('payment.verified');
    const settlement = await db.tx(async (tx) => {
      const made = await orders.settle(tx, payment.orderId, by, {
        id: payment.id,
        amount: payment.amount,
        completedAt,
        claim: (inside) => setCompleted(inside, payment.id, clock.now()),
      });
      deps.failpoint('payment.settling');
      return made;
    });
    deps.failpoint('payment.settled');
    deps.countSettlement(settlement.kind);
    deps.log.info({ ref: payment.ref, by, settlement: settlement.kind }, 'payment settled');
    return { kind: 'settled', settlement };
  }

  async function end(tx: Tx, orderId: number, status: 'expired' | 'cancelled', reason: string): Promise<boolean> {
    const closed = await orders.close(tx, orderId, status, reason);
    if (closed) await endPayments(tx, orderId, reason === 'gateway_failed' ? 'failed' : status);
    return closed;
  }

  async function endPayments(tx: Tx, orderId: number, status: 'expired' | 'cancelled' | 'failed'): Promise<void> {
    await setEnded(tx, orderId, status, nextLateCheck(0, clock.now()) ?? clock.now());
    tx.afterCommit(deps.onScheduled);
  }

  /** The gateway has no money for this payment (yet): decides when to ask again, or ends the order. */
  async function unpaid(payment: Payment, answered: boolean, cancelled: boolean): Promise<CheckResult> {
    const now = clock.now();
    const current = await findPayment(db, payment.id);
    if (current?.status === 'completed') return { kind: 'settled', settlement: { kind: 'already' } };
    if (current?.status === 'creating') return { kind: 'pending' };
    if (current?.status !== 'pending') return { kind: 'ended' };
    const patience = payment.expiresAt.getTime() + (answered ? 0 : EXPIRY_GRACE);
    if (!cancelled && now.getTime() < patience) return answered ? { kind: 'pending' } : { kind: 'unreachable' };
    const closed = await db.tx((tx) =>
      cancelled
        ? end(tx, payment.orderId, 'cancelled', 'by_gateway')
        : end(tx, payment.orderId, 'expired', answered ? 'expired' : 'expired_unanswered'),
    );
    // Something else settled the order meanwhile: this payment is only asked about again for late money.
    if (!closed) await db.tx((tx) => endPayments(tx, payment.orderId, 'expired'));
    return { kind: 'ended' };
  }

  return {
    async request(tx, order) {
      const now = clock.now();
      const id = await insertPayment(tx, {
        ref: order.ref,
        orderId: order.id,
        userId: order.userId,
        gateway: gateway.name,
        amount: order.total,
        at: now,
        expiresAt: new Date(now.getTime() + PROVISIONAL_EXPIRY_MS),
      });
      await deps.jobs.send(tx, 'invoice', { paymentId: id });
    },

    async check(payment, by) {
      if (payment.status === 'completed') return { kind: 'settled', settlement: { kind: 'already' } };
      const answer = await gateway.status(payment.ref, payment.amount);
      if (answer.kind === 'unreachable' || answer.kind === 'rejected') return unpaid(payment, false, false);
      if (answer.kind === 'not_found') return unpaid(payment, true, false);
      const { value: transaction } = answer;
      const expected = { ref: payment.ref, project: gateway.project, amount: payment.amount };
      const wrong = (['ref', 'project', 'amount'] as const).filter((key) => transaction[key] !== expected[key]);
      if (wrong.length > 0) {
        await deps.onMismatch(payment);
        // A gateway that talks of something else must not hold the stock for ever.
        await unpaid(payment, false, false);
        return { kind: 'mismatch' };
      }
      if (transaction.status === 'completed') return settle(payment, by, transaction.completedAt);
      return unpaid(payment, true, transaction.status === 'cancelled');
    },

    find: findPaymentByRef,

    cancel: (tx, order, reason) => end(tx, order.id, 'cancelled', reason),

    async markPaid(tx, orderId, adminId, note) {
      const settlement = await orders.settle(tx, orderId, `admin:${adminId}`, undefined, note);
      deps.countSettlement(settlement.kind);
      if (settlement.kind === 'settled') await endPayments(tx, orderId, 'cancelled');
      return settlement;
    },

    nextCheckAt: () => nextCheckAt(db),
  };
}

/** Sets when a payment is asked about next, after one question. */
export async function scheduleNext(
  db: Db,
  payment: Payment & { checks: number },
  result: CheckResult,
  mode: Intake['mode'],
  now: Date,
): Promise<void> {
  if (result.kind === 'settled' || (result.kind === 'ended' && payment.status === 'pending')) return;
  const waiting = payment.status === 'pending' && result.kind !== 'ended';
  const next = waiting ? nextPendingCheck(payment, now, mode) : nextLateCheck(payment.checks + 1, now);
  await setNextCheck(db, payment.id, next);
}
