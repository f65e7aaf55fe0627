import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import { addToBalance, balanceOf, hasEntry, insertEntry, type LedgerEntry, lockBalance } from './sql.ts';

/** What moving a balance on a person's word came to. */
export type Adjustment =
  | { kind: 'adjusted'; before: Rupiah; after: Rupiah }
  /** The same `source` moved it before. */
  | { kind: 'repeated' }
  /** The balance would be below zero. */
  | { kind: 'insufficient'; balance: Rupiah };

export type Wallet = {
  balanceOf(on: Queryable, userId: number): Promise<Rupiah>;
  /** Adds money for a cause, once: a repeat of the same `source` does nothing and returns false. */
  credit(tx: Tx, entry: LedgerEntry & { kind: 'credit' | 'deposit' | 'refund' }): Promise<boolean>;
  /** The balance, which nobody else moves until the transaction ends. Before the products are locked, never after. */
  hold(tx: Tx, userId: number): Promise<Rupiah>;
  /** Pays from a balance that was held and covers it; `amount` is positive. What costs nothing leaves no entry. */
  spend(tx: Tx, purchase: Omit<LedgerEntry, 'kind'>): Promise<void>;
  /** Moves the balance in either direction on an admin's word, once for each `source`, and never below zero. */
  adjust(tx: Tx, entry: Omit<LedgerEntry, 'kind'>): Promise<Adjustment>;
};

/** The balance is a ledger of entries, each unique by its source. */
export function createWallet(): Wallet {
  return {
    balanceOf,
    async credit(tx, entry) {
      if (!(await insertEntry(tx, entry))) return false;
      await addToBalance(tx, entry.userId, entry.amount);
      return true;
    },
    hold: lockBalance,
    async spend(tx, { amount, ...purchase }) {
      if (amount === 0) return;
      if (amount < 0) throw new Error('a purchase cannot add to the balance');
      if (!(await insertEntry(tx, { ...purchase, amount: -amount, kind: 'purchase' }))) {
        throw new Error('a purchase was paid for before');
      }
      await addToBalance(tx, purchase.userId, -amount);
    },
    async adjust(tx, entry) {
      const balance = await lockBalance(tx, entry.userId);
      if (await hasEntry(tx, entry.source)) return { kind: 'repeated' };
      if (balance + entry.amount < 0) return { kind: 'insufficient', balance };
      if (!(await insertEntry(tx, { ...entry, kind: 'adjustment' }))) return { kind: 'repeated' };
      const after = await addToBalance(tx, entry.userId, entry.amount);
      return { kind: 'adjusted', before: after - entry.amount, after };
    },
  };
}
