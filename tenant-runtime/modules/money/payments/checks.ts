import type { Clock } from '../../../../kernel/clock.ts';
import type { Db, Tx } from '../../../../kernel/db.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import type { Log } from '../../../../kernel/log.ts';
import type { Gateway, GatewayTransaction } from '../../../gateway/index.ts';
import type { SettledBy, Settlement } from '../orders/index.ts';
import type { Payables, Subject } from './payable.ts';
import { EXPIRY_GRACE, nextLateCheck } from './schedule.ts';
import type { Payment } from './schema.ts';
import { findPayment, setCompleted, setEnded, setTransaction } from './sql.ts';

/** What asking the gateway about a payment came to. */
export type CheckResult =
  | { kind: 'settled'; settlement: Settlement }
  | { kind: 'pending' }
  /** What was to be paid for ended without money; `answered` when the gateway has just said that none came since. */
  | { kind: 'ended'; answered: boolean }
  /** The gateway speaks of another transaction, order or amount. */
  | { kind: 'mismatch' }
  | { kind: 'unreachable' };

export type PaymentCheckDeps = {
  db: Db;
  gateway: Gateway;
  payables: Payables;
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
};

/** Asks the gateway about payments, and settles or ends what they are for by what it says. */
export function createPaymentChecks(deps: PaymentCheckDeps) {
  const { db, gateway, payables, clock } = deps;

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

  return { check, ask, locate, end, endPayments, confirmUnpaid };
}

type Located = { kind: 'known'; transactionId: string } | { kind: 'none' } | { kind: 'unreachable'; reason: string };

const isOf = (transaction: GatewayTransaction, { ref, amount }: Payment, transactionId: string): boolean =>
  transaction.transactionId === transactionId && transaction.ref === ref && transaction.amount === amount;
