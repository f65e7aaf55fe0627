import type { Queryable } from '../../../kernel/db.ts';
import type { Subject } from '../payments/index.ts';

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

/** Orders and deposits of the last days whose notices a crash may have left behind. */
export async function recentSubjects(on: Queryable, since: Date): Promise<Subject[]> {
  return on.query(
    `(SELECT 'order' AS kind, id FROM orders WHERE created_at > $1 ORDER BY id DESC LIMIT 500)
     UNION ALL
     (SELECT 'deposit', id FROM deposits WHERE created_at > $1 ORDER BY id DESC LIMIT 500)`,
    [since],
  );
}
