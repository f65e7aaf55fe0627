import type { Queryable } from '../../../../kernel/db.ts';

/** The newest message of the bot that a broadcast knows of. */
export async function newestMessage(on: Queryable, id: number): Promise<number | null> {
  const [row] = await on.query<{ newest: number | null }>(
    `SELECT greatest((SELECT progress_message_id FROM broadcasts WHERE id = $1),
                     (SELECT max(message_id) FROM broadcast_recipients WHERE broadcast_id = $1)) AS newest`,
    [id],
  );
  return row!.newest;
}

/** Claims the next recipient of a broadcast that still runs. `sentAfter`: a message older than the one to come. */
export async function claimNext(on: Queryable, id: number, sentAfter: number | null): Promise<number | undefined> {
  const [row] = await on.query<{ userId: number }>(
    `UPDATE broadcast_recipients SET status = 'sending', claimed_at = now(), sent_after = $2, sent_before = NULL
      WHERE broadcast_id = $1 AND user_id = (
        SELECT r.user_id FROM broadcast_recipients r JOIN broadcasts b ON b.id = r.broadcast_id
         WHERE r.broadcast_id = $1 AND r.status = 'waiting' AND b.status = 'running'
         ORDER BY r.user_id LIMIT 1 FOR UPDATE OF r SKIP LOCKED)
      RETURNING user_id AS "userId"`,
    [id, sentAfter],
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

export async function markSent(on: Queryable, id: number, userId: number, messageId: number): Promise<void> {
  await on.query(
    `UPDATE broadcast_recipients SET status = 'sent', message_id = $3 WHERE broadcast_id = $1 AND user_id = $2`,
    [id, userId, messageId],
  );
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

/** Recipients whose outcome a process did not live to write down. */
export async function leftovers(on: Queryable, id: number): Promise<{ userId: number; bounded: boolean }[]> {
  return on.query(
    `SELECT user_id AS "userId", sent_before IS NOT NULL AS bounded
       FROM broadcast_recipients WHERE broadcast_id = $1 AND status = 'sending'`,
    [id],
  );
}

/** `messageId` is newer than whatever was sent to these recipients. */
export async function setBound(
  on: Queryable,
  id: number,
  userIds: readonly number[],
  messageId: number,
): Promise<void> {
  await on.query(
    `UPDATE broadcast_recipients SET sent_before = $3
      WHERE broadcast_id = $1 AND user_id = ANY ($2) AND status = 'sending' AND sent_before IS NULL`,
    [id, userIds, messageId],
  );
}

export type Unsure = { userId: number; sentAfter: number | null; sentBefore: number };

/** A recipient to look up: bounded, and claimed so long ago that a call under way then has ended. */
export async function nextUnsure(on: Queryable, id: number, settleMs: number): Promise<Unsure | undefined> {
  const [row] = await on.query<Unsure>(
    `SELECT user_id AS "userId", sent_after AS "sentAfter", sent_before AS "sentBefore" FROM broadcast_recipients
      WHERE broadcast_id = $1 AND status = 'sending' AND sent_before IS NOT NULL
        AND claimed_at < now() - $2 * interval '1 millisecond' ORDER BY user_id LIMIT 1`,
    [id, settleMs],
  );
  return row;
}

/** Ids that a lost message may have: within the bounds, and not known to be another recipient's. */
export async function candidates(
  on: Queryable,
  id: number,
  { after, before, limit }: { after: number; before: number; limit: number },
): Promise<number[]> {
  const rows = await on.query<{ messageId: number }>(
    `SELECT m AS "messageId" FROM generate_series($2::bigint + 1, least($3::bigint - 1, $2::bigint + 100000)) m
      WHERE m NOT IN (SELECT message_id FROM broadcast_recipients
                       WHERE broadcast_id = $1 AND message_id BETWEEN $2 AND $3) ORDER BY m LIMIT $4`,
    [id, after, before, limit],
  );
  return rows.map((row) => row.messageId);
}
