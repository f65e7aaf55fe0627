import type { InlineKeyboardMarkup } from 'grammy/types';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { OrderStatus } from '../orders/index.ts';

export type ReceiptOrder = { id: number; ref: string; status: OrderStatus };

/** The purchase that a receipt is most likely of: the open invoice, else the last one since a time. */
export async function orderOfReceipt(on: Queryable, userId: number, since: Date): Promise<ReceiptOrder | undefined> {
  const [row] = await on.query<ReceiptOrder>(
    `SELECT id, ref, status FROM orders WHERE user_id = $1 AND method <> 'balance' AND created_at > $2
      ORDER BY status = 'awaiting_payment' DESC, id DESC LIMIT 1`,
    [userId, since],
  );
  return row;
}

/** How many receipts a customer has sent since a time; of one order, since another. */
export async function countReceipts(
  tx: Tx,
  userId: number,
  orderId: number,
  since: { all: Date; ofOrder: Date },
): Promise<{ all: number; ofOrder: number }> {
  const [row] = await tx.query<{ all: number; ofOrder: number }>(
    `SELECT count(*) AS all, count(*) FILTER (WHERE order_id = $2 AND sent_at > $4) AS "ofOrder"
       FROM receipts WHERE user_id = $1 AND sent_at > $3`,
    [userId, orderId, since.all, since.ofOrder],
  );
  return row!;
}

export async function insertReceipt(tx: Tx, receipt: { orderId: number; userId: number; at: Date }): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    'INSERT INTO receipts (order_id, user_id, sent_at) VALUES ($1, $2, $3) RETURNING id',
    [receipt.orderId, receipt.userId, receipt.at],
  );
  return row!.id;
}

export type Album = { cause: string; notice: string; replyMarkup: InlineKeyboardMarkup | null; pictures: number };

export async function insertAlbum(
  tx: Tx,
  userId: number,
  album: string,
  of: Omit<Album, 'pictures'>,
  at: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO albums (user_id, album, cause, notice, reply_markup, begun_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING`,
    [userId, album, of.cause, of.notice, of.replyMarkup ? JSON.stringify(of.replyMarkup) : null, at],
  );
}

/** Counts one more picture of an album that is known, up to as many as Telegram lets it have. */
export async function nextPicture(tx: Tx, userId: number, album: string): Promise<Album | undefined> {
  const [row] = await tx.query<Album>(
    `UPDATE albums SET pictures = pictures + 1 WHERE user_id = $1 AND album = $2
     RETURNING cause, notice, reply_markup AS "replyMarkup", pictures`,
    [userId, album],
  );
  return row;
}

export async function deleteAlbums(on: Queryable, before: Date): Promise<void> {
  await on.query('DELETE FROM albums WHERE begun_at < $1', [before]);
}
