import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Html } from '../../../bot/html.ts';

/** Who is told how a message ended: in `sent` that Telegram took it, in `failed` that it never will. */
export type Receipt = { chatId: number; sent: Html; failed: Html };

export type OutboxMessage = {
  cause: string;
  via: 'store' | 'owner';
  chatId: number;
  text: string;
  replyMarkup: unknown;
  /** Sealed; sent instead of `text`. */
  sealed: string | null;
  receipt: Receipt | null;
};

export async function insertMessage(tx: Tx, message: OutboxMessage): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO outbox (cause, via, chat_id, text, reply_markup, sealed, receipt)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (cause) DO NOTHING RETURNING id`,
    [
      message.cause,
      message.via,
      message.chatId,
      message.text,
      message.replyMarkup ? JSON.stringify(message.replyMarkup) : null,
      message.sealed,
      message.receipt ? JSON.stringify(message.receipt) : null,
    ],
  );
  return rows.length > 0;
}

/** Queues one text to many chats, each with a cause of its own. Returns how many were new. */
export async function insertBulk(
  tx: Tx,
  to: readonly { chatId: number; cause: string }[],
  text: string,
  replyMarkup: unknown,
): Promise<number> {
  const rows = await tx.query(
    `INSERT INTO outbox (cause, chat_id, text, reply_markup, bulk)
     SELECT each.cause, each.chat_id, $3, $4, true
       FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS each (cause, chat_id, nth) ORDER BY each.nth
     ON CONFLICT (cause) DO NOTHING RETURNING id`,
    [
      to.map((each) => each.cause),
      to.map((each) => each.chatId),
      text,
      replyMarkup ? JSON.stringify(replyMarkup) : null,
    ],
  );
  return rows.length;
}

/** What is sent next, oldest first, without those chats; one of thousands of a kind comes after all others. */
export async function openMessages(
  on: Queryable,
  without: readonly { via: OutboxMessage['via']; chatId: number }[],
  limit: number,
): Promise<(OutboxMessage & { id: number })[]> {
  return on.query(
    `SELECT id, cause, via, chat_id AS "chatId", text, reply_markup AS "replyMarkup", sealed, receipt
       FROM outbox
      WHERE sent_at IS NULL AND refused IS NULL
        AND (via, chat_id) NOT IN (SELECT * FROM unnest($1::text[], $2::bigint[]))
      ORDER BY bulk, id LIMIT $3`,
    [without.map((chat) => chat.via), without.map((chat) => chat.chatId), limit],
  );
}

export async function markSent(on: Queryable, id: number): Promise<void> {
  await on.query('UPDATE outbox SET sent_at = now(), sealed = NULL WHERE id = $1', [id]);
}

/** @param missed the chat could not be reached: they are told when they come back, if they are of the staff */
export async function markRefused(on: Queryable, id: number, reason: string, missed: boolean): Promise<void> {
  await on.query('UPDATE outbox SET refused = $2, missed = $3, sealed = NULL WHERE id = $1', [id, reason, missed]);
}

/** What this chat has missed, oldest first; from now on it has not. Crowds are left out. */
export async function takeMissed(tx: Tx, chatId: number): Promise<{ id: number; text: Html }[]> {
  const rows = await tx.query<{ id: number; text: Html; bulk: boolean }>(
    'UPDATE outbox SET missed = false WHERE chat_id = $1 AND missed RETURNING id, text, bulk',
    [chatId],
  );
  return rows.filter(({ bulk }) => !bulk).sort((a, b) => a.id - b.id);
}

/** Messages that ended: sent, or refused for good. */
export async function deleteEnded(on: Queryable, before: Date): Promise<void> {
  await on.query('DELETE FROM outbox WHERE (sent_at IS NOT NULL OR refused IS NOT NULL) AND created_at < $1', [before]);
}

/** What is in confidence and could not be sent for so long is not sent any more. */
export async function dropSealed(on: Queryable, before: Date): Promise<void> {
  await on.query('DELETE FROM outbox WHERE sealed IS NOT NULL AND created_at < $1', [before]);
}
