import type { Queryable } from '../../../../kernel/db.ts';

/** Claims the next recipient of a broadcast that still runs. */
export async function claimNext(on: Queryable, id: number): Promise<number | undefined> {
  const [row] = await on.query<{ userId: number }>(
    `UPDATE broadcast_recipients SET status = 'sending'
      WHERE broadcast_id = $1 AND user_id = (
        SELECT r.user_id FROM broadcast_recipients r JOIN broadcasts b ON b.id = r.broadcast_id
         WHERE r.broadcast_id = $1 AND r.status = 'waiting' AND b.status = 'running'
         ORDER BY r.user_id LIMIT 1 FOR UPDATE OF r SKIP LOCKED)
      RETURNING user_id AS "userId"`,
    [id],
  );
  return row?.userId;
}

/** The recipient was sent nothing: their turn comes again. */
export async function release(on: Queryable, id: number, userId: number): Promise<void> {
  await on.query(
    `UPDATE broadcast_recipients SET status = 'waiting' WHERE broadcast_id = $1 AND user_id = $2 AND status = 'sending'`,
    [id, userId],
  );
}

export async function markSent(on: Queryable, id: number, userId: number): Promise<void> {
  await on.query(`UPDATE broadcast_recipients SET status = 'sent' WHERE broadcast_id = $1 AND user_id = $2`, [
    id,
    userId,
  ]);
}

export async function markUnsent(
  on: Queryable,
  id: number,
  userId: number,
  status: 'blocked' | 'failed' | 'unknown',
  reason: string,
): Promise<void> {
  await on.query('UPDATE broadcast_recipients SET status = $3, reason = $4 WHERE broadcast_id = $1 AND user_id = $2', [
    id,
    userId,
    status,
    reason,
  ]);
}

/** Recipients who were claimed by a process that did not live to write down the outcome. @returns how many */
export async function markInterrupted(on: Queryable): Promise<number> {
  const rows = await on.query(
    `UPDATE broadcast_recipients SET status = 'unknown', reason = 'the store ended before the answer'
      WHERE status = 'sending' AND broadcast_id IN (SELECT id FROM broadcasts WHERE status <> 'done') RETURNING 1`,
  );
  return rows.length;
}
