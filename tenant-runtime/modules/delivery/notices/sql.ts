import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import type { Subject } from '../../money/payments/index.ts';

export type Notice = { messageId: number | null; bodyHash: string; refused: string | null };

export async function findNotice(on: Queryable, topic: string, chatId: number): Promise<Notice | undefined> {
  const [row] = await on.query<Notice>(
    `SELECT message_id AS "messageId", body_hash AS "bodyHash", refused FROM notices WHERE topic = $1 AND chat_id = $2`,
    [topic, chatId],
  );
  return row;
}

export async function putNotice(on: Queryable, topic: string, chatId: number, notice: Notice): Promise<void> {
  await on.query(
    `INSERT INTO notices (topic, chat_id, message_id, body_hash, refused) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (topic, chat_id) DO UPDATE
       SET message_id = EXCLUDED.message_id, body_hash = EXCLUDED.body_hash, refused = EXCLUDED.refused, updated_at = now()`,
    [topic, chatId, notice.messageId, notice.bodyHash, notice.refused],
  );
}

/** The subject of a notice that did not reach a chat. */
export type MissedSubject = Subject & { topic: string; ref: string; total: Rupiah; paid: boolean; open: boolean };

/** What notices this chat did not get, oldest first; something is still to be done about those that are open. */
export async function missedSubjects(on: Queryable, chatId: number): Promise<MissedSubject[]> {
  return on.query(
    `WITH missed AS (
       SELECT topic, split_part(topic, ':', 1) AS kind, split_part(topic, ':', 2)::bigint AS id
         FROM notices WHERE chat_id = $1 AND refused IS NOT NULL)
     (SELECT m.topic, m.kind, m.id, o.ref, o.total, o.status IN ('paid', 'delivered') AS paid,
             o.status IN ('awaiting_payment', 'paid') AS open, o.created_at AS at
        FROM missed m JOIN orders o ON m.kind = 'order' AND o.id = m.id
      UNION ALL
      SELECT m.topic, m.kind, m.id, d.ref, d.amount, d.status = 'paid',
             d.status IN ('awaiting_payment', 'awaiting_review'), d.created_at
        FROM missed m JOIN deposits d ON m.kind = 'deposit' AND d.id = m.id) ORDER BY at`,
    [chatId],
  );
}

/** These notices may be sent to this chat again: at once where nothing is known of them, else at the next change. */
export async function rearm(tx: Tx, chatId: number, topics: readonly string[], atOnce: boolean): Promise<void> {
  await tx.query(
    `UPDATE notices SET refused = NULL, body_hash = CASE WHEN $3 THEN '' ELSE body_hash END
      WHERE chat_id = $1 AND topic = ANY($2)`,
    [chatId, topics, atOnce],
  );
}

/** Orders and deposits of the last days whose notices a crash may have left behind. */
export async function recentSubjects(on: Queryable, since: Date): Promise<Subject[]> {
  return on.query(
    `(SELECT 'order' AS kind, id FROM orders WHERE created_at > $1 ORDER BY id DESC LIMIT 500)
     UNION ALL
     (SELECT 'deposit', id FROM deposits WHERE created_at > $1 ORDER BY id DESC LIMIT 500)`,
    [since],
  );
}
