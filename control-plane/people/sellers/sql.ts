import type { Queryable } from '../../../kernel/db.ts';

export type SellerMessage = { id: number; tenantId: string; chatId: number; text: string };

/** One row per chat. A cause that was queued before is not queued again. */
export async function insertSellerMessages(
  on: Queryable,
  message: { tenantId: string; chatIds: readonly number[]; cause: string; topic: string; text: string; at: Date },
): Promise<void> {
  await on.query(
    `INSERT INTO seller_messages (tenant_id, chat_id, cause, topic, text, created_at)
     SELECT $1, chat_id, $3, $4, $5, $6 FROM unnest($2::bigint[]) AS chat_id
     ON CONFLICT ON CONSTRAINT seller_messages_once DO NOTHING`,
    [message.tenantId, message.chatIds, message.cause, message.topic, message.text, message.at],
  );
}

export async function deleteUnsent(on: Queryable, tenantId: string, topic: string): Promise<void> {
  await on.query(
    'DELETE FROM seller_messages WHERE tenant_id = $1 AND topic = $2 AND sent_at IS NULL AND refused IS NULL',
    [tenantId, topic],
  );
}

/** The oldest message that waits for each seller of each store, in the order of their ids, after the id `after`. */
export async function selectNextUnsent(on: Queryable, after: number, limit: number): Promise<SellerMessage[]> {
  return on.query(
    `SELECT id, tenant_id AS "tenantId", chat_id AS "chatId", text FROM seller_messages m
      WHERE sent_at IS NULL AND refused IS NULL AND id > $1
        AND NOT EXISTS (SELECT FROM seller_messages o
                         WHERE o.sent_at IS NULL AND o.refused IS NULL AND o.id < m.id
                           AND o.tenant_id = m.tenant_id AND o.chat_id = m.chat_id)
      ORDER BY id LIMIT $2`,
    [after, limit],
  );
}

export async function isUnsent(on: Queryable, id: number): Promise<boolean> {
  const rows = await on.query('SELECT 1 FROM seller_messages WHERE id = $1 AND sent_at IS NULL AND refused IS NULL', [
    id,
  ]);
  return rows.length > 0;
}

export async function markSent(on: Queryable, id: number, at: Date): Promise<void> {
  await on.query('UPDATE seller_messages SET sent_at = $2 WHERE id = $1', [id, at]);
}

export async function markRefused(on: Queryable, id: number, reason: string): Promise<void> {
  await on.query('UPDATE seller_messages SET refused = $2 WHERE id = $1', [id, reason]);
}

export async function deleteMessagesBefore(on: Queryable, time: Date): Promise<void> {
  await on.query('DELETE FROM seller_messages WHERE created_at < $1', [time]);
}
