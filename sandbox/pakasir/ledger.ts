import { randomInt } from 'node:crypto';
import { createBell } from '../bell.ts';
import { feeOf, isPaymentMethod, type PaymentMethod } from './methods.ts';
import { qrisCode } from './qris.ts';
import { PakasirError, type Project, type Transaction } from './types.ts';

export type Order = { project: string; orderId: string; amount: number };

/** The transactions of every project. */
export type Ledger = {
  /** The same order again, while it is pending, answers the same payment. */
  create(project: Project, order: Order, method: string): Transaction;
  /** @throws PakasirError 404 unless project, order and amount all match */
  find(order: Order): Transaction;
  /** By order id alone, for the control API; the newest when several projects share it. */
  byOrderId(orderId: string): Transaction | undefined;
  list(): Transaction[];
  /** Pays; a late payment (after expiry) is taken too, for gateways do that. */
  complete(transaction: Transaction): void;
  cancel(transaction: Transaction): void;
  /** Moves the expiry to now. */
  expire(transaction: Transaction): void;
  isExpired(transaction: Transaction): boolean;
  waitFor(orderId: string, status: string, timeoutMillis: number): Promise<Transaction | undefined>;
  clear(): void;
};

const MAX_TRANSACTIONS = 50_000;

export function createLedger({ now }: { now: () => Date }): Ledger {
  const transactions = new Map<string, Transaction>();
  const bell = createBell();
  const key = (project: string, orderId: string) => `${project} ${orderId}`;
  const byOrderId = (orderId: string) => [...transactions.values()].findLast((one) => one.orderId === orderId);

  return {
    create(project, { orderId, amount }, method) {
      if (!isPaymentMethod(method)) throw new PakasirError(400, 'Payment method is not available');
      const known = transactions.get(key(project.slug, orderId));
      if (known) {
        const same = known.amount === amount && known.method === method && known.status === 'pending';
        if (!same) throw new PakasirError(400, 'Order ID already used');
        return known;
      }
      const fee = feeOf(method, amount);
      const at = now();
      const transaction: Transaction = {
        project: project.slug,
        orderId,
        amount,
        fee,
        total: amount + fee,
        method,
        number: paymentNumber(project, orderId, method, amount + fee),
        status: 'pending',
        createdAt: at.toISOString(),
        expiredAt: nanoseconds(new Date(at.getTime() + project.expiryMinutes * 60_000)),
        completedAt: undefined,
      };
      transactions.set(key(project.slug, orderId), transaction);
      for (const oldest of transactions.keys()) {
        if (transactions.size <= MAX_TRANSACTIONS) break;
        transactions.delete(oldest);
      }
      bell.ring();
      return transaction;
    },
    find({ project, orderId, amount }) {
      const found = transactions.get(key(project, orderId));
      if (!found || found.amount !== amount) throw new PakasirError(404, 'Transaction not found');
      return found;
    },
    byOrderId,
    list: () => [...transactions.values()],
    complete(transaction) {
      transaction.status = 'completed';
      transaction.completedAt = jakartaTime(now());
      bell.ring();
    },
    cancel(transaction) {
      if (transaction.status !== 'pending') throw new PakasirError(400, 'Transaction cannot be canceled');
      transaction.status = 'canceled';
      bell.ring();
    },
    expire(transaction) {
      transaction.expiredAt = nanoseconds(new Date(now().getTime() - 1000));
      bell.ring();
    },
    isExpired: (transaction) => new Date(transaction.expiredAt) <= now(),
    waitFor: (orderId, status, timeoutMillis) =>
      bell.until(() => {
        const found = byOrderId(orderId);
        return found?.status === status ? found : undefined;
      }, timeoutMillis),
    clear: () => transactions.clear(),
  };
}

function paymentNumber(project: Project, orderId: string, method: PaymentMethod, total: number): string {
  if (method === 'qris') return qrisCode(project.name, orderId, total);
  if (method === 'paypal') return `https://www.paypal.com/invoice/p/#${randomInt(1e9, 1e10)}`;
  return `8${randomInt(1e14, 2e14)}`;
}

/** RFC 3339 with nine decimals, as Pakasir writes the expiry: `Date` keeps three of them. */
const nanoseconds = (date: Date) => date.toISOString().replace('Z', `${String(randomInt(1e6)).padStart(6, '0')}Z`);

/** RFC 3339 at +07:00, as Pakasir writes the time of a payment. */
const jakartaTime = (date: Date) => new Date(date.getTime() + 7 * 3_600_000).toISOString().replace('Z', '+07:00');
