import type { Queryable, Tx } from '../../../../kernel/db.ts';

/** `failed`: an attempt went wrong, and it is being tried again. */
export type Delivery = { orderId: number; status: 'pending' | 'delivered' | 'blocked' | 'refused'; failed: boolean };

export async function insertDelivery(tx: Tx, orderId: number): Promise<void> {
  await tx.query('INSERT INTO deliveries (order_id) VALUES ($1) ON CONFLICT DO NOTHING', [orderId]);
}

export async function findDelivery(on: Queryable, orderId: number): Promise<Delivery | undefined> {
  const [row] = await on.query<Delivery>(
    'SELECT order_id AS "orderId", status, attempts > 0 AS failed FROM deliveries WHERE order_id = $1',
    [orderId],
  );
  return row;
}

export async function setStatus(on: Queryable, orderId: number, status: Delivery['status'], at: Date): Promise<void> {
  await on.query(
    `UPDATE deliveries SET status = $2, delivered_at = CASE WHEN $2 = 'delivered' THEN $3::timestamptz END
      WHERE order_id = $1`,
    [orderId, status, at],
  );
}

/** Counts an attempt that failed; returns how many that makes. */
export async function countAttempt(tx: Tx, orderId: number, error: string): Promise<number> {
  const [row] = await tx.query<{ attempts: number }>(
    'UPDATE deliveries SET attempts = attempts + 1, last_error = $2 WHERE order_id = $1 RETURNING attempts',
    [orderId, error],
  );
  return row!.attempts;
}

export async function messagesOf(
  on: Queryable,
  orderId: number,
): Promise<Map<number, { messageId: number; filled: boolean }>> {
  const rows = await on.query<{ part: number; messageId: number; filled: boolean }>(
    `SELECT part, message_id AS "messageId", filled_at IS NOT NULL AS filled FROM delivery_messages WHERE order_id = $1`,
    [orderId],
  );
  return new Map(rows.map((row) => [row.part, row]));
}

export async function putMessage(on: Queryable, orderId: number, part: number, messageId: number): Promise<void> {
  await on.query(
    `INSERT INTO delivery_messages (order_id, part, message_id) VALUES ($1, $2, $3)
     ON CONFLICT (order_id, part) DO UPDATE SET message_id = EXCLUDED.message_id, filled_at = NULL`,
    [orderId, part, messageId],
  );
}

export async function setFilled(on: Queryable, orderId: number, part: number): Promise<void> {
  await on.query('UPDATE delivery_messages SET filled_at = now() WHERE order_id = $1 AND part = $2', [orderId, part]);
}

/** Orders whose goods are still on their way: what a crash left over. */
export async function pendingOrders(on: Queryable): Promise<number[]> {
  const rows = await on.query<{ orderId: number }>(
    `SELECT order_id AS "orderId" FROM deliveries WHERE status = 'pending' ORDER BY order_id`,
  );
  return rows.map((row) => row.orderId);
}

/** Makes deliveries that waited for this user to come back pending again. */
export async function reviveBlocked(tx: Tx, userId: number): Promise<number[]> {
  const rows = await tx.query<{ orderId: number }>(
    `UPDATE deliveries d SET status = 'pending' FROM orders o
      WHERE o.id = d.order_id AND o.user_id = $1 AND d.status = 'blocked' RETURNING d.order_id AS "orderId"`,
    [userId],
  );
  return rows.map((row) => row.orderId);
}

/** Makes deliveries that waited for a file of this product, or of any, pending again: the file may be there now. */
export async function reviveRefused(on: Queryable, productId: number | null): Promise<number[]> {
  const rows = await on.query<{ orderId: number }>(
    `UPDATE deliveries d SET status = 'pending'
      WHERE d.status = 'refused' AND ($1::bigint IS NULL OR EXISTS (
        SELECT 1 FROM stock_units s WHERE s.order_id = d.order_id AND s.product_id = $1 AND s.form = 'file'))
      RETURNING d.order_id AS "orderId"`,
    [productId],
  );
  return rows.map((row) => row.orderId);
}

/**
 * Begins a delivery that has ended, waits for the customer or has failed, anew; undefined when it is at work. Returns the
 * messages that were reserved for goods and never got them.
 */
export async function reopen(tx: Tx, orderId: number): Promise<number[] | undefined> {
  const rows = await tx.query(
    `UPDATE deliveries SET status = 'pending', attempts = 0, last_error = NULL, delivered_at = NULL,
            created_at = CASE WHEN status = 'pending' THEN created_at ELSE now() END
      WHERE order_id = $1 AND (status <> 'pending' OR attempts > 0) RETURNING order_id`,
    [orderId],
  );
  if (rows.length === 0) return undefined;
  const messages = await tx.query<{ messageId: number; filled: boolean }>(
    `DELETE FROM delivery_messages WHERE order_id = $1
     RETURNING message_id AS "messageId", filled_at IS NOT NULL AS filled`,
    [orderId],
  );
  return messages.filter(({ filled }) => !filled).map(({ messageId }) => messageId);
}

export async function pendingStats(on: Queryable): Promise<{ count: number; oldestSeconds: number }> {
  const [row] = await on.query<{ count: number; oldestSeconds: number }>(
    `SELECT count(*) AS count, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS "oldestSeconds"
       FROM deliveries WHERE status = 'pending'`,
  );
  return row!;
}
