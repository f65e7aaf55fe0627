import type { Queryable, Tx } from '../../kernel/db.ts';
import type { TenantEvent } from '../contract/index.ts';

/** Writes events that are new. Returns their ids. */
export async function insertEvents(
  tx: Tx,
  tenantId: string,
  events: readonly TenantEvent[],
  at: Date,
): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `INSERT INTO tenant_events (tenant_id, id, kind, severity, text, at, received_at)
     SELECT $1, id, kind, severity, text, at, $3
       FROM jsonb_to_recordset($2::jsonb) AS e (id uuid, kind text, severity text, text text, at timestamptz)
     ON CONFLICT DO NOTHING RETURNING id`,
    [tenantId, JSON.stringify(events), at],
  );
  return new Set(rows.map((row) => row.id));
}

export type StoredEvent = Omit<TenantEvent, 'at'> & { seq: number; at: Date; receivedAt: Date };

export async function selectEvents(
  on: Queryable,
  tenantId: string,
  page: { before: number | null; limit: number },
): Promise<StoredEvent[]> {
  return on.query(
    `SELECT seq, id, kind, severity, text, at, received_at AS "receivedAt" FROM tenant_events
      WHERE tenant_id = $1 AND ($2::bigint IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3`,
    [tenantId, page.before, page.limit],
  );
}

/** `store` tells stores of the same name apart. */
export type OwnerMessage = { id: number; chatId: number; store: string; storeName: string | null; text: string };

export async function insertMessages(
  tx: Tx,
  store: { id: string; name: string },
  chatIds: readonly number[],
  texts: readonly string[],
  at: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO owner_messages (chat_id, store_name, text, created_at, tenant_id)
     SELECT chat_id, $1, text, $4, $5::uuid FROM unnest($3::text[]) WITH ORDINALITY AS t (text, place), unnest($2::bigint[]) AS chat_id
      ORDER BY place`,
    [store.name, chatIds, texts, at, store.id],
  );
}

/** How many messages of a store wait, counted no further than `most`. */
export async function countWaiting(on: Queryable, tenantId: string, most: number): Promise<number> {
  const [row] = await on.query<{ waiting: number }>(
    `SELECT count(*) AS waiting FROM (
       SELECT FROM owner_messages WHERE tenant_id = $1 AND sent_at IS NULL AND refused IS NULL LIMIT $2) AS counted`,
    [tenantId, most],
  );
  return row!.waiting;
}

/** What waits, oldest first: of each store for each chat so much that one of them does not keep the others waiting. */
export async function openMessages(on: Queryable, ofEach: number): Promise<OwnerMessage[]> {
  return on.query(
    `SELECT id, chat_id AS "chatId", store, store_name AS "storeName", text
       FROM (SELECT id, chat_id, store, store_name, text, row_number() OVER (PARTITION BY chat_id, store ORDER BY id) AS place
               FROM (SELECT *, coalesce(tenant_id::text, store_name, '') AS store FROM owner_messages
                      WHERE sent_at IS NULL AND refused IS NULL) unsent) waiting
      WHERE place <= $1 ORDER BY id`,
    [ofEach],
  );
}

/** True when one of these chats took the last message that came to an end there. */
export async function wasReached(on: Queryable, chatIds: readonly number[]): Promise<boolean> {
  const rows = await on.query(
    `SELECT chat FROM unnest($1::bigint[]) AS chat
      WHERE (SELECT sent_at IS NOT NULL FROM owner_messages
              WHERE chat_id = chat AND (sent_at IS NOT NULL OR refused IS NOT NULL) ORDER BY id DESC LIMIT 1)`,
    [chatIds],
  );
  return rows.length > 0;
}

export async function markSent(on: Queryable, ids: readonly number[], at: Date): Promise<void> {
  await on.query('UPDATE owner_messages SET sent_at = $2 WHERE id = ANY($1)', [ids, at]);
}

export async function markRefused(on: Queryable, ids: readonly number[], reason: string): Promise<void> {
  await on.query('UPDATE owner_messages SET refused = $2 WHERE id = ANY($1)', [ids, reason]);
}

export async function deleteBefore(on: Queryable, at: Date): Promise<void> {
  await on.query('DELETE FROM tenant_events WHERE received_at < $1', [at]);
  await on.query('DELETE FROM owner_messages WHERE created_at < $1 AND (sent_at IS NOT NULL OR refused IS NOT NULL)', [
    at,
  ]);
}
