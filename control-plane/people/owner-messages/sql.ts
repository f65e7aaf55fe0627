import type { Queryable, Tx } from '../../../kernel/db.ts';
import type { IncidentPart } from '../../monitoring/alerts/index.ts';

/** `source` tells stores of the same name apart. A part of an incident has no text. */
export type OwnerMessage = {
  id: number;
  chatId: number;
  source: string;
  /** The name that commands take; null when the store is gone. */
  store: string | null;
  storeName: string | null;
  text: string | null;
  incidentId: number | null;
  part: IncidentPart['part'] | null;
};

export async function insertTexts(
  tx: Tx,
  store: { id: string; name: string } | null,
  chatIds: readonly number[],
  texts: readonly { html: string; urgent: boolean }[],
  at: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO owner_messages (chat_id, store_name, text, urgent, created_at, tenant_id)
     SELECT chat_id, $1, text, urgent, $5, $6::uuid
       FROM unnest($3::text[], $4::boolean[]) WITH ORDINALITY AS t (text, urgent, place), unnest($2::bigint[]) AS chat_id
      ORDER BY place`,
    [
      store?.name ?? null,
      chatIds,
      texts.map(({ html }) => html),
      texts.map(({ urgent }) => urgent),
      at,
      store?.id ?? null,
    ],
  );
}

/** Queues a part of an incident, which is worded when it is sent. */
export async function insertPart(tx: Tx, message: IncidentPart, at: Date): Promise<void> {
  const { id, tenantId, storeName } = message.incident;
  await tx.query(
    `INSERT INTO owner_messages (chat_id, store_name, part, urgent, created_at, tenant_id, incident_id)
     SELECT chat_id, $2, $3, $4, $5, $6::uuid, $7 FROM unnest($1::bigint[]) AS chat_id`,
    [message.chatIds, storeName, message.part, message.urgent, at, tenantId, id],
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

/**
 * What waits for whoever is an owner now, and is not muted, oldest first: of each store for each chat so much that one of them does not keep the others
 * waiting; of incidents all, up to a bound.
 */
export async function openMessages(
  on: Queryable,
  of: { now: Date; texts: number; incidents: number; ownerIds: readonly number[] },
): Promise<OwnerMessage[]> {
  return on.query(
    `WITH unsent AS (
       SELECT m.*, m.incident_id IS NOT NULL AS alert, coalesce(m.tenant_id::text, m.store_name, '') AS source
         FROM owner_messages m
        WHERE m.sent_at IS NULL AND m.refused IS NULL
          AND (m.chat_id = ANY($4::bigint[]) OR m.incident_id IS NULL AND EXISTS (
            SELECT FROM tenants t WHERE t.id = m.tenant_id AND m.chat_id = ANY(t.owner_ids)))
          AND (m.urgent OR NOT EXISTS (
            SELECT FROM owner_mutes q
             WHERE q.chat_id = m.chat_id AND q.until > $1 AND (q.tenant_id IS NULL OR q.tenant_id = m.tenant_id)))),
     waiting AS (
       SELECT *, CASE WHEN alert THEN row_number() OVER (PARTITION BY chat_id, alert ORDER BY id)
                      ELSE row_number() OVER (PARTITION BY chat_id, alert, source ORDER BY id) END AS place FROM unsent)
     SELECT id, chat_id AS "chatId", source, (SELECT t.store FROM tenants t WHERE t.id = tenant_id) AS store, store_name AS "storeName", text, incident_id AS "incidentId", part
       FROM waiting WHERE place <= CASE WHEN alert THEN $3::int ELSE $2::int END ORDER BY id`,
    [of.now, of.texts, of.incidents, of.ownerIds],
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

/** @param messageId of a message about one incident alone */
export async function markSent(on: Queryable, ids: readonly number[], at: Date, messageId?: number): Promise<void> {
  await on.query('UPDATE owner_messages SET sent_at = $2, message_id = $3 WHERE id = ANY($1)', [
    ids,
    at,
    messageId ?? null,
  ]);
}

export async function markRefused(on: Queryable, ids: readonly number[], reason: string): Promise<void> {
  await on.query('UPDATE owner_messages SET refused = $2 WHERE id = ANY($1)', [ids, reason]);
}

/** Another message of the chat says now what one said before. */
export async function replaceMessage(on: Queryable, of: { chatId: number; from: number; to: number }): Promise<void> {
  await on.query('UPDATE owner_messages SET message_id = $3 WHERE chat_id = $1 AND message_id = $2', [
    of.chatId,
    of.from,
    of.to,
  ]);
}

/** The messages that began to tell of this incident and of nothing else. */
export async function selectAlone(on: Queryable, incidentId: number): Promise<{ chatId: number; messageId: number }[]> {
  return on.query(
    `SELECT chat_id AS "chatId", message_id AS "messageId" FROM owner_messages
      WHERE incident_id = $1 AND part = 'opened' AND message_id IS NOT NULL ORDER BY id`,
    [incidentId],
  );
}

/** The message of a chat that its end is an answer to. */
export async function selectAnswered(on: Queryable, incidentId: number, chatId: number): Promise<number | undefined> {
  return (await selectAlone(on, incidentId)).find((message) => message.chatId === chatId)?.messageId;
}

export async function deleteBefore(on: Queryable, at: Date): Promise<void> {
  await on.query('DELETE FROM owner_messages WHERE created_at < $1', [at]);
}
