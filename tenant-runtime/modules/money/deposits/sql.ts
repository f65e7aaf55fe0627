import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Deposit, DepositMethod, DepositStatus } from './schema.ts';

const COLUMNS = `deposits.id, deposits.ref, deposits.user_id AS "userId", deposits.method, deposits.amount, deposits.status,
  EXISTS (SELECT 1 FROM payments p WHERE p.deposit_id = deposits.id AND p.sandbox) AS sandbox,
  deposits.settled_by AS "settledBy", deposits.note, deposits.closed_reason AS "closedReason",
  deposits.message_id AS "messageId", deposits.created_at AS "createdAt", deposits.paid_at AS "paidAt",
  deposits.closed_at AS "closedAt"`;

/** The open deposit that was made from this chat message. */
export async function openDepositOfMessage(tx: Tx, userId: number, messageId: number): Promise<Deposit | undefined> {
  const [row] = await tx.query<Deposit>(
    `SELECT ${COLUMNS} FROM deposits
      WHERE user_id = $1 AND message_id = $2 AND status IN ('awaiting_payment', 'awaiting_review')`,
    [userId, messageId],
  );
  return row;
}

/** How many deposits of a customer wait for somebody, and how many they made since a time. */
export async function countDeposits(tx: Tx, userId: number, since: Date): Promise<{ open: number; recent: number }> {
  const [row] = await tx.query<{ open: number; recent: number }>(
    `SELECT count(*) FILTER (WHERE status IN ('awaiting_payment', 'awaiting_review')) AS open,
            count(*) FILTER (WHERE created_at > $2) AS recent
       FROM deposits WHERE user_id = $1`,
    [userId, since],
  );
  return row!;
}

export async function insertDeposit(
  tx: Tx,
  deposit: {
    ref: string;
    userId: number;
    method: DepositMethod;
    amount: number;
    status: DepositStatus;
    messageId: number;
    at: Date;
  },
): Promise<Deposit> {
  const [row] = await tx.query<Deposit>(
    `INSERT INTO deposits (ref, user_id, method, amount, status, message_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
    [deposit.ref, deposit.userId, deposit.method, deposit.amount, deposit.status, deposit.messageId, deposit.at],
  );
  return row!;
}

export async function setProof(tx: Tx, id: number, sealed: string): Promise<void> {
  await tx.query('UPDATE deposits SET proof = $2 WHERE id = $1', [id, sealed]);
}

export async function findProof(on: Queryable, id: number): Promise<string | null> {
  const [row] = await on.query<{ proof: string | null }>('SELECT proof FROM deposits WHERE id = $1', [id]);
  return row?.proof ?? null;
}

export async function forgetProofs(on: Queryable, decidedBefore: Date): Promise<void> {
  await on.query('UPDATE deposits SET proof = NULL WHERE proof IS NOT NULL AND coalesce(paid_at, closed_at) < $1', [
    decidedBefore,
  ]);
}

export async function lockDeposit(tx: Tx, id: number): Promise<Deposit | undefined> {
  const [row] = await tx.query<Deposit>(`SELECT ${COLUMNS} FROM deposits WHERE id = $1 FOR UPDATE`, [id]);
  return row;
}

export async function findDeposit(on: Queryable, id: number): Promise<Deposit | undefined> {
  const [row] = await on.query<Deposit>(`SELECT ${COLUMNS} FROM deposits WHERE id = $1`, [id]);
  return row;
}

export async function setPaid(tx: Tx, id: number, by: string, note: string | null, at: Date): Promise<void> {
  await tx.query(`UPDATE deposits SET status = 'paid', settled_by = $2, note = $3, paid_at = $4 WHERE id = $1`, [
    id,
    by,
    note,
    at,
  ]);
}

export async function setClosed(
  tx: Tx,
  id: number,
  status: Extract<DepositStatus, 'expired' | 'cancelled' | 'refused'>,
  closing: { reason: string; note: string | null; at: Date },
): Promise<void> {
  await tx.query('UPDATE deposits SET status = $2, closed_reason = $3, note = $4, closed_at = $5 WHERE id = $1', [
    id,
    status,
    closing.reason,
    closing.note,
    closing.at,
  ]);
}

export type ListedDeposit = Deposit & { customer: string; total: number };

export async function listDeposits(
  on: Queryable,
  status: DepositStatus | undefined,
  window: { limit: number; offset: number },
): Promise<ListedDeposit[]> {
  return on.query(
    `SELECT ${COLUMNS}, coalesce(users.display_name, users.first_name) AS customer, count(*) OVER () AS total
       FROM deposits JOIN users ON users.id = deposits.user_id
      WHERE $1::text IS NULL OR deposits.status = $1 ORDER BY deposits.id DESC LIMIT $2 OFFSET $3`,
    [status ?? null, window.limit, window.offset],
  );
}

/** Something that moved a balance, or a deposit that did not (yet). */
export type Movement = {
  kind: 'credit' | 'purchase' | 'deposit' | 'refund' | 'adjustment' | 'open_deposit';
  amount: number;
  note: string;
  method: DepositMethod | null;
  status: DepositStatus | null;
  at: Date;
  total: number;
};

export async function movementsOf(
  on: Queryable,
  userId: number,
  window: { limit: number; offset: number },
): Promise<Movement[]> {
  return on.query(
    `SELECT *, count(*) OVER () AS total FROM (
       SELECT kind, amount, note, NULL AS method, NULL AS status, created_at AS at, id
         FROM ledger_entries WHERE user_id = $1
       UNION ALL
       SELECT 'open_deposit', amount, ref, method, status, created_at, id
         FROM deposits WHERE user_id = $1 AND status <> 'paid'
     ) movements ORDER BY at DESC, id DESC LIMIT $2 OFFSET $3`,
    [userId, window.limit, window.offset],
  );
}
