import type { Queryable, Tx } from '../../../kernel/db.ts';
import type { Rupiah } from '../../../kernel/money.ts';
import { addToBalance, balanceOf, insertEntry, type LedgerEntry } from './sql.ts';

export type Wallet = {
  balanceOf(on: Queryable, userId: number): Promise<Rupiah>;
  /** Adds money for a cause, once: a repeat of the same `source` does nothing and returns false. */
  credit(tx: Tx, entry: LedgerEntry & { kind: 'credit' | 'refund' }): Promise<boolean>;
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
  };
}
