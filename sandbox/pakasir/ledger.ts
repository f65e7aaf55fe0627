import { randomInt } from 'node:crypto';
import { shortId } from '../../kernel/ids.ts';
import { formatRupiah } from '../../kernel/money.ts';
import { createCondition } from '../condition.ts';
import type { Sequence } from '../sequence.ts';
import { feeOf, isPaidByQris, isPaymentMethod, PAYMENT_METHODS, type PaymentMethod } from './methods.ts';
import { qrisCode } from './qris.ts';
import { PakasirError, type Project, type Transaction } from './types.ts';

export type Order = { orderId: string; amount: number; method: string };

/** The transactions of every project. One that nobody pays is canceled after a day, whoever looks at it then. */
export type Ledger = {
  /**
   * The same order, amount and method again answers the same transaction, whatever became of it.
   * @throws PakasirError 400
   */
  findOrCreate(project: Project, order: Order): Transaction;
  /** @throws PakasirError 404 unless the project has this transaction */
  find(project: string, txnId: string): Transaction;
  byTxnId(txnId: string): Transaction | undefined;
  /** By its own id or the order's, for the control API; the newest when several projects share an order id. */
  byAnyId(id: string): Transaction | undefined;
  list(): Transaction[];
  /** Pays; a late payment (after expiry) is taken too, for gateways do that. */
  complete(transaction: Transaction): void;
  cancel(transaction: Transaction): void;
  /** Moves the expiry to now. */
  expire(transaction: Transaction): void;
  isExpired(transaction: Transaction): boolean;
  waitFor(id: string, status: string, timeoutMillis: number): Promise<Transaction | undefined>;
  clear(): void;
};

const MAX_TRANSACTIONS = 50_000;
const DAY_MILLIS = 24 * 3_600_000;
const TXN_ID_LENGTH = 12;

export function createLedger({ now, sequence }: { now: () => Date; sequence: Sequence }): Ledger {
  const transactions = new Map<string, Transaction>();
  const orders = new Map<string, Transaction>();
  const changed = createCondition();
  const touch = (transaction: Transaction) => {
    transaction.changed = sequence.next();
    changed.notify();
  };
  const key = (project: string, orderId: string) => `${project} ${orderId}`;

  /** The transaction as it is by now. */
  const current = (transaction: Transaction): Transaction => {
    const age = now().getTime() - Date.parse(transaction.createdAt);
    if (transaction.status === 'pending' && age >= DAY_MILLIS) transaction.status = 'canceled';
    return transaction;
  };
  const byTxnId = (txnId: string) => {
    const found = transactions.get(txnId);
    return found && current(found);
  };
  const byAnyId = (id: string) => {
    const found = transactions.get(id) ?? [...orders.values()].findLast((one) => one.orderId === id);
    return found && current(found);
  };

  return {
    findOrCreate(project, { orderId, amount, method: name }) {
      const method = checkedMethod(name, amount);
      const known = orders.get(key(project.slug, orderId));
      if (known) {
        if (known.amount === amount && known.method === method) return current(known);
        throw new PakasirError(400, 'Order ID sudah dipakai untuk nominal atau metode lain');
      }
      const fee = feeOf(method, amount);
      const total = project.feeBearer === 'merchant' ? amount : amount + fee;
      const scanned = isPaidByQris(method, amount);
      const at = now();
      const transaction: Transaction = {
        txnId: shortId(TXN_ID_LENGTH),
        project: project.slug,
        orderId,
        amount,
        fee,
        total,
        method,
        qrString: scanned ? qrisCode(project.name, orderId, total) : null,
        vaNumber: scanned ? null : `8${randomInt(1e14, 2e14)}`,
        sandbox: project.sandbox,
        status: 'pending',
        createdAt: at.toISOString(),
        expiredAt: nanoseconds(new Date(at.getTime() + Math.min(project.expiryMinutes * 60_000, DAY_MILLIS))),
        completedAt: undefined,
        changed: 0,
      };
      transactions.set(transaction.txnId, transaction);
      orders.set(key(project.slug, orderId), transaction);
      for (const oldest of transactions.values()) {
        if (transactions.size <= MAX_TRANSACTIONS) break;
        transactions.delete(oldest.txnId);
        orders.delete(key(oldest.project, oldest.orderId));
      }
      touch(transaction);
      return transaction;
    },
    find(project, txnId) {
      const found = byTxnId(txnId);
      if (found?.project !== project) throw new PakasirError(404, 'Transaksi tidak ditemukan');
      return found;
    },
    byTxnId,
    byAnyId,
    list: () => [...transactions.values()].map(current),
    complete(transaction) {
      transaction.status = 'completed';
      transaction.completedAt = jakartaTime(now());
      touch(transaction);
    },
    cancel(transaction) {
      if (transaction.status === 'completed') throw new PakasirError(400, 'Transaksi sudah dibayar');
      if (transaction.status === 'canceled') throw new PakasirError(400, 'Transaksi sudah dibatalkan');
      transaction.status = 'canceled';
      touch(transaction);
    },
    expire(transaction) {
      transaction.expiredAt = nanoseconds(new Date(now().getTime() - 1000));
      touch(transaction);
    },
    isExpired: (transaction) => new Date(transaction.expiredAt) <= now(),
    waitFor: (id, status, timeoutMillis) =>
      changed.until(() => {
        const found = byAnyId(id);
        return found?.status === status ? found : undefined;
      }, timeoutMillis),
    clear() {
      transactions.clear();
      orders.clear();
    },
  };
}

function checkedMethod(name: string, amount: number): PaymentMethod {
  if (!isPaymentMethod(name)) throw new PakasirError(400, `Metode pembayaran "${name}" tidak tersedia`);
  const { least, most } = PAYMENT_METHODS[name];
  if (amount < least) throw new PakasirError(400, `Nominal minimal untuk ${name} adalah ${formatRupiah(least)}`);
  if (amount > most) throw new PakasirError(400, `Nominal maksimal untuk ${name} adalah ${formatRupiah(most)}`);
  return name;
}

/** RFC 3339 with nine decimals, as Pakasir writes the expiry: `Date` keeps three of them. */
const nanoseconds = (date: Date) => date.toISOString().replace('Z', `${String(randomInt(1e6)).padStart(6, '0')}Z`);

/** RFC 3339 at +07:00, as Pakasir writes the time of a payment. */
const jakartaTime = (date: Date) => new Date(date.getTime() + 7 * 3_600_000).toISOString().replace('Z', '+07:00');
