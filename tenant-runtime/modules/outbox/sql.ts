import type { Queryable, Tx } from '../../../kernel/db.ts';

export type OutboxMessage = {
  cause: string;
  via: 'store' | 'owner';
  chatId: number;
  text: string;
  replyMarkup: unknown;
  /** Sealed; sent instead of `text`. */
  sealed: string | null;
};

export async function insertMessage(tx: Tx, message: OutboxMessage): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO outbox (cause, via, chat_id, text, reply_markup, sealed) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (cause) DO NOTHING RETURNING id`,
    [
      message.cause,
      message.via,
      message.chatId,
      message.text,
      message.replyMarkup ? JSON.stringify(message.replyMarkup) : null,
      message.sealed,
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
    `SELECT id, cause, via, chat_id AS "chatId", text, reply_markup AS "replyMarkup", sealed
       FROM outbox WHERE sent_at IS NULL AND refused IS NULL AND id > $1 ORDER BY id LIMIT $2`,
    [after, limit],
  );
}

export async function markSent(on: Queryable, id: number): Promise<void> {
  await on.query('UPDATE outbox SET sent_at = now(), sealed = NULL WHERE id = $1', [id]);
}

export async function markRefused(on: Queryable, id: number, reason: string): Promise<void> {
  await on.query('UPDATE outbox SET refused = $2, sealed = NULL WHERE id = $1', [id, reason]);
}

/** What is in confidence and could not be sent for so long is not sent any more. */
export async function dropSealed(on: Queryable, before: Date): Promise<void> {
  await on.query('DELETE FROM outbox WHERE sealed IS NOT NULL AND created_at < $1', [before]);
}
