import type { Queryable, Tx } from '../../../../kernel/db.ts';

export type LedgerEntry = {
  userId: number;
  /** Whole rupiah; negative takes from the balance. */
  amount: number;
  kind: 'credit' | 'purchase' | 'deposit' | 'refund' | 'adjustment';
  source: string;
  note: string;
};

export async function insertEntry(tx: Tx, entry: LedgerEntry): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO ledger_entries (user_id, amount, kind, source, note) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (source) DO NOTHING RETURNING id`,
    [entry.userId, entry.amount, entry.kind, entry.source, entry.note],
  );
  return rows.length > 0;
}

/** Whether this cause moved money before. */
export async function hasEntry(tx: Tx, source: string): Promise<boolean> {
  return (await tx.query('SELECT id FROM ledger_entries WHERE source = $1', [source])).length > 0;
}

/** Moves the balance, in either direction; the table refuses one below zero. */
export async function addToBalance(tx: Tx, userId: number, amount: number): Promise<number> {
  // A row that takes away cannot be inserted on conflict: the check would refuse it before the conflict is found.
  const [row] = await tx.query<{ balance: number }>(
    amount < 0
      ? 'UPDATE wallets SET balance = balance + $2 WHERE user_id = $1 RETURNING balance'
      : `INSERT INTO wallets (user_id, balance) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET balance = wallets.balance + EXCLUDED.balance RETURNING balance`,
    [userId, amount],
  );
  if (!row) throw new Error('nothing can be taken from a balance that does not exist');
  return row.balance;
}

export async function balanceOf(on: Queryable, userId: number): Promise<number> {
  const [row] = await on.query<{ balance: number }>('SELECT balance FROM wallets WHERE user_id = $1', [userId]);
  return row?.balance ?? 0;
}

/** Locks the balance until the transaction ends. Who never had one has nothing to lock. */
export async function lockBalance(tx: Tx, userId: number): Promise<number> {
  const [row] = await tx.query<{ balance: number }>('SELECT balance FROM wallets WHERE user_id = $1 FOR UPDATE', [
    userId,
  ]);
  return row?.balance ?? 0;
}

/** A balance beside the sum of the entries that made it. */
export type LedgerDifference = { userId: number; balance: number; entered: number };

/** The balances that are not the sum of their entries: there must be none. */
export async function outOfBalance(on: Queryable): Promise<LedgerDifference[]> {
  return on.query(
    'SELECT user_id AS "userId", balance, entered FROM wallet_books WHERE balance <> entered ORDER BY user_id',
  );
}
