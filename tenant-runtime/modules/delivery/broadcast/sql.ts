import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Broadcast, Content, Tally } from './schema.ts';

const COLUMNS = `b.id, b.body, b.photo, b.video, b.document, b.status, b.stop_reason AS "stopReason", b.created_by AS "createdBy",
  b.led_by AS "ledBy", b.progress_message_id AS "progressMessageId", b.created_at AS "createdAt", b.ended_at AS "endedAt"`;

const TALLY = `count(*) AS "all", count(*) FILTER (WHERE r.status IN ('waiting', 'sending')) AS left,
  count(*) FILTER (WHERE r.status = 'sent') AS sent,
  count(*) FILTER (WHERE r.status = 'blocked') AS blocked, count(*) FILTER (WHERE r.status = 'failed') AS failed,
  count(*) FILTER (WHERE r.status = 'unknown') AS unknown`;

/** Everyone who may be written to. */
const AUDIENCE = 'FROM users WHERE started_at IS NOT NULL AND bot_blocked_at IS NULL';

export async function countAudience(on: Queryable): Promise<number> {
  const [row] = await on.query<{ n: number }>(`SELECT count(*) AS n ${AUDIENCE}`);
  return row!.n;
}

/** A running broadcast; undefined when another one runs. */
export async function insertBroadcast(
  tx: Tx,
  { body, photo, video, document, by, at }: Content & { by: number; at: Date },
): Promise<Broadcast | undefined> {
  const [row] = await tx.query<Broadcast>(
    `INSERT INTO broadcasts AS b (body, photo, video, document, created_by, led_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $5, $6)
     ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
    [body, photo, video, document, by, at],
  );
  return row;
}

/** Everyone who may be written to now becomes a recipient; who comes later does not. Returns how many they are. */
export async function insertRecipients(tx: Tx, id: number): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `WITH added AS (INSERT INTO broadcast_recipients (broadcast_id, user_id) SELECT $1, id ${AUDIENCE} RETURNING 1)
     SELECT count(*) AS n FROM added`,
    [id],
  );
  return row!.n;
}

export async function findBroadcast(on: Queryable, id: number): Promise<Broadcast | undefined> {
  const [row] = await on.query<Broadcast>(`SELECT ${COLUMNS} FROM broadcasts b WHERE b.id = $1`, [id]);
  return row;
}

export async function findRunning(on: Queryable): Promise<Broadcast | undefined> {
  const [row] = await on.query<Broadcast>(`SELECT ${COLUMNS} FROM broadcasts b WHERE b.status = 'running'`);
  return row;
}

export async function tallyOf(on: Queryable, id: number): Promise<Tally> {
  const [row] = await on.query<Tally>(`SELECT ${TALLY} FROM broadcast_recipients r WHERE r.broadcast_id = $1`, [id]);
  return row!;
}

export async function listBroadcasts(
  on: Queryable,
  window: { limit: number; offset: number },
): Promise<(Broadcast & Tally & { total: number })[]> {
  return on.query(
    `SELECT ${COLUMNS}, b.total, t.* FROM (SELECT *, count(*) OVER () AS total FROM broadcasts ORDER BY id DESC LIMIT $1 OFFSET $2) b
      CROSS JOIN LATERAL (SELECT ${TALLY} FROM broadcast_recipients r WHERE r.broadcast_id = b.id) t ORDER BY b.id DESC`,
    [window.limit, window.offset],
  );
}

/** Ends a running broadcast, once. */
export async function endBroadcast(
  tx: Tx,
  id: number,
  end: { status: 'stopped' | 'done'; reason: string | null; at: Date },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE broadcasts SET status = $2, stop_reason = $3, ended_at = $4 WHERE id = $1 AND status = 'running' RETURNING id`,
    [id, end.status, end.reason, end.at],
  );
  return rows.length > 0;
}

/** Goes on with a stopped broadcast, unless it has ended otherwise or another one runs. */
export async function restartBroadcast(tx: Tx, id: number, by: number): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE broadcasts SET status = 'running', led_by = $2, progress_message_id = NULL, stop_reason = NULL, ended_at = NULL
      WHERE id = $1 AND status = 'stopped' AND NOT EXISTS (SELECT FROM broadcasts WHERE status = 'running') RETURNING id`,
    [id, by],
  );
  return rows.length > 0;
}

/** Those who change which broadcast runs go one after the other. */
export async function lockBroadcasts(tx: Tx): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('broadcasts', 0))`);
}

export async function setProgressMessage(on: Queryable, id: number, messageId: number): Promise<void> {
  await on.query('UPDATE broadcasts SET progress_message_id = $2 WHERE id = $1', [id, messageId]);
}
