import type { Queryable, Tx } from '../../../kernel/db.ts';

export type OutboxMessage = {
  cause: string;
  via: 'store' | 'owner';
  chatId: number;
  text: string;
  replyMarkup: unknown;
};

export async function insertMessage(tx: Tx, message: OutboxMessage): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO outbox (cause, via, chat_id, text, reply_markup) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (cause) DO NOTHING RETURNING id`,
    [
      message.cause,
      message.via,
      message.chatId,
      message.text,
      message.replyMarkup ? JSON.stringify(message.replyMarkup) : null,
    ],
  );
  return rows.length > 0;
}

export async function openMessages(
  on: Queryable,
  after: number,
  limit: number,
): Promise<(OutboxMessage & { id: number })[]> {
  return on.query(
    `SELECT id, cause, via, chat_id AS "chatId", text, reply_markup AS "replyMarkup"
       FROM outbox WHERE sent_at IS NULL AND refused IS NULL AND id > $1 ORDER BY id LIMIT $2`,
    [after, limit],
  );
}

export async function markSent(on: Queryable, id: number): Promise<void> {
  await on.query('UPDATE outbox SET sent_at = now() WHERE id = $1', [id]);
}

export async function markRefused(on: Queryable, id: number, reason: string): Promise<void> {
  await on.query('UPDATE outbox SET refused = $2 WHERE id = $1', [id, reason]);
}
