import type { Queryable, Tx } from '../../../kernel/db.ts';
import type { Rupiah } from '../../../kernel/money.ts';
import { addToBalance, balanceOf, insertEntry, type LedgerEntry, lockBalance } from './sql.ts';

export type Wallet = {
  balanceOf(on: Queryable, userId: number): Promise<Rupiah>;
  /** Adds money for a cause, once: a repeat of the same `source` does nothing and returns false. */
  credit(tx: Tx, entry: LedgerEntry & { kind: 'credit' | 'deposit' | 'refund' }): Promise<boolean>;
  /** The balance, which nobody else moves until the transaction ends. Before the products are locked, never after. */
  hold(tx: Tx, userId: number): Promise<Rupiah>;
  /** Pays from a balance that was held and covers it; `amount` is positive. What costs nothing leaves no entry. */
  spend(tx: Tx, purchase: Omit<LedgerEntry, 'kind'>): Promise<void>;
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
  };
}
