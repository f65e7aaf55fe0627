import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { CreditReason, Order, OrderLine, OrderStatus, PaymentMethod } from './schema.ts';

/** Whether money moved for an order: not when its payment was in sandbox mode, nor from a balance of such payments. */
const sandboxOf = (order: string) =>
  `${order}.sandbox OR EXISTS (SELECT 1 FROM payments p WHERE p.order_id = ${order}.id AND p.sandbox)`;

const COLUMNS = `orders.id, orders.ref, orders.user_id AS "userId", orders.status, orders.method,
  ${sandboxOf('orders')} AS sandbox, orders.subtotal,
  orders.discount, orders.voucher_code AS "voucherCode", orders.total, orders.from_balance AS "fromBalance", orders.refunded, orders.refund_note AS "refundNote", orders.settled_by AS "settledBy", orders.note, orders.closed_reason AS "closedReason", orders.closed_at AS "closedAt",
  orders.checkout_message_id AS "checkoutMessageId", orders.created_at AS "createdAt", orders.paid_at AS "paidAt", orders.delivered_at AS "deliveredAt"`;

/** The open order that was made from this chat message. */
export async function openOrderOfMessage(tx: Tx, userId: number, messageId: number): Promise<Order | undefined> {
  const [row] = await tx.query<Order>(
    `SELECT ${COLUMNS} FROM orders WHERE user_id = $1 AND checkout_message_id = $2 AND status = 'awaiting_payment'`,
    [userId, messageId],
  );
  return row;
}

/** The open invoice of a customer that holds units of a product. */
export async function openOrderHolding(
  on: Queryable,
  userId: number,
  productId: number,
): Promise<{ id: number; ref: string; quantity: number } | undefined> {
  const [row] = await on.query<{ id: number; ref: string; quantity: number }>(
    `SELECT o.id, o.ref, l.quantity FROM orders o JOIN order_lines l ON l.order_id = o.id
      WHERE o.user_id = $1 AND o.status = 'awaiting_payment' AND l.product_id = $2 ORDER BY o.id DESC LIMIT 1`,
    [userId, productId],
  );
  return row;
}

/** The order that was last paid by balance from this chat message. */
export async function paidOrderOfMessage(tx: Tx, userId: number, messageId: number): Promise<Order | undefined> {
  const [row] = await tx.query<Order>(
    `SELECT ${COLUMNS} FROM orders
      WHERE user_id = $1 AND checkout_message_id = $2 AND method = 'balance' AND status IN ('paid', 'delivered')
      ORDER BY id DESC LIMIT 1`,
    [userId, messageId],
  );
  return row;
}

/** How many orders of a customer await payment, and how many they asked an invoice for since a time. */
export async function countOrders(tx: Tx, userId: number, since: Date): Promise<{ open: number; recent: number }> {
  const [row] = await tx.query<{ open: number; recent: number }>(
    `SELECT count(*) FILTER (WHERE status = 'awaiting_payment') AS open, count(*) FILTER (WHERE created_at > $2 AND method <> 'balance') AS recent
       FROM orders WHERE user_id = $1 AND (status = 'awaiting_payment' OR created_at > $2)`,
    [userId, since],
  );
  return row!;
}

export async function insertOrder(
  tx: Tx,
  order: {
    ref: string;
    userId: number;
    messageId: number;
    method: PaymentMethod;
    sandbox: boolean;
    subtotal: number;
    discount: number;
    voucherCode: string | null;
    fromBalance: number;
    at: Date;
  },
  lines: readonly OrderLine[],
): Promise<Order> {
  const [row] = await tx.query<Order>(
    `INSERT INTO orders (ref, user_id, method, subtotal, discount, voucher_code, total, checkout_message_id, created_at, sandbox,
       from_balance)
     VALUES ($1, $2, $3, $4, $5, $6, $4::bigint - $5::bigint, $7, $8, $9, $10) RETURNING ${COLUMNS}`,
    [
      order.ref,
      order.userId,
      order.method,
      order.subtotal,
      order.discount,
      order.voucherCode,
      order.messageId,
      order.at,
      order.sandbox,
      order.fromBalance,
    ],
  );
  await tx.query(
    `INSERT INTO order_lines (order_id, product_id, name, unit_price, quantity)
     SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::int[])`,
    [
      row!.id,
      lines.map((line) => line.productId),
      lines.map((line) => line.name),
      lines.map((line) => line.unitPrice),
      lines.map((line) => line.quantity),
    ],
  );
  return row!;
}

/** Takes back an order that never held anything. */
export async function deleteOrder(tx: Tx, orderId: number): Promise<void> {
  await tx.query('DELETE FROM order_lines WHERE order_id = $1', [orderId]);
  await tx.query('DELETE FROM orders WHERE id = $1', [orderId]);
}

export async function lockOrder(tx: Tx, orderId: number): Promise<Order | undefined> {
  const [row] = await tx.query<Order>(`SELECT ${COLUMNS} FROM orders WHERE id = $1 FOR UPDATE`, [orderId]);
  return row;
}

export async function findOrder(on: Queryable, orderId: number): Promise<Order | undefined> {
  const [row] = await on.query<Order>(`SELECT ${COLUMNS} FROM orders WHERE id = $1`, [orderId]);
  return row;
}

export async function findOrderByRef(on: Queryable, ref: string): Promise<Order | undefined> {
  const [row] = await on.query<Order>(`SELECT ${COLUMNS} FROM orders WHERE ref = $1`, [ref]);
  return row;
}

export async function linesOf(on: Queryable, orderId: number): Promise<OrderLine[]> {
  return on.query(
    `SELECT product_id AS "productId", name, unit_price AS "unitPrice", quantity
       FROM order_lines WHERE order_id = $1 ORDER BY product_id`,
    [orderId],
  );
}

/**
 * What counts towards the limits of a customer is counted by one at a time: a checkout, or a payment that comes late. A
 * lock of its own, for a payment holds its order, and the customer's own updates hold their row before they come to an order.
 */
export async function lockLimits(tx: Tx, userId: number): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('limit:' || $1::text, 0))", [userId]);
}

/** Whether an ended order, with what its customer has by now, would be more than one may have of some product. */
export async function isOverLimit(tx: Tx, orderId: number): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 FROM order_lines n JOIN orders mine ON mine.id = n.order_id JOIN products p ON p.id = n.product_id
      WHERE n.order_id = $1 AND p.per_customer < n.quantity + coalesce(
        (SELECT c.quantity FROM customer_purchases c WHERE c.user_id = mine.user_id AND c.product_id = p.id), 0)`,
    [orderId],
  );
  return rows.length > 0;
}

/** `sandbox`: it was paid without money, and counts for no revenue. */
export async function setPaid(
  tx: Tx,
  orderId: number,
  how: { by: string; note: string | null; sandbox: boolean },
  at: Date,
): Promise<void> {
  await tx.query(
    `UPDATE orders SET status = 'paid', settled_by = $2, note = coalesce($3, note), paid_at = $4, sandbox = $5 WHERE id = $1`,
    [orderId, how.by, how.note, at, how.sandbox],
  );
}

export async function setClosed(
  tx: Tx,
  orderId: number,
  status: Extract<OrderStatus, 'expired' | 'cancelled'>,
  reason: string,
  at: Date,
): Promise<void> {
  await tx.query('UPDATE orders SET status = $2, closed_reason = $3, closed_at = $4 WHERE id = $1', [
    orderId,
    status,
    reason,
    at,
  ]);
}

/** The money of an order became balance, by the word of whoever brought it. */
export async function setCredited(
  tx: Tx,
  orderId: number,
  by: string,
  note: string | null,
  reason: CreditReason,
  at: Date,
): Promise<void> {
  await tx.query(
    `UPDATE orders SET status = 'credited', closed_reason = $5, closed_at = $4, settled_by = $2,
            note = coalesce($3, note) WHERE id = $1`,
    [orderId, by, note, at, reason],
  );
}

export async function setDelivered(tx: Tx, orderId: number, at: Date): Promise<void> {
  await tx.query(`UPDATE orders SET status = 'delivered', delivered_at = $2 WHERE id = $1 AND status = 'paid'`, [
    orderId,
    at,
  ]);
}

/** Writes what an admin says of an order. */
export async function setNote(tx: Tx, orderId: number, note: string): Promise<void> {
  await tx.query('UPDATE orders SET note = $2 WHERE id = $1', [orderId, note]);
}

/** Writes what has gone back in all, and why it did this time. */
export async function setRefunded(tx: Tx, orderId: number, refunded: number, note: string): Promise<void> {
  await tx.query('UPDATE orders SET refunded = $2, refund_note = $3 WHERE id = $1', [orderId, refunded, note]);
}

/** Orders of a status, or those of which something went back, or whose id holds a text. What is missing does not matter. */
export type OrderFilter = { status?: OrderStatus; refunded?: boolean; part?: string };

/** `amount` is the order's total; `total` is how many orders there are. */
export type ListedOrder = Pick<Order, 'id' | 'ref' | 'status' | 'refunded' | 'createdAt' | 'sandbox'> & {
  amount: number;
  customer: string;
  items: string;
  total: number;
};

/** A page of the orders of a filter, newest first. */
export async function listOrders(
  on: Queryable,
  { status, refunded, part }: OrderFilter,
  window: { limit: number; offset: number },
): Promise<ListedOrder[]> {
  return on.query(
    `SELECT o.id, o.ref, o.status, o.refunded, ${sandboxOf('o')} AS sandbox, o.created_at AS "createdAt", o.total AS amount,
            u.first_name AS customer, count(*) OVER () AS total,
            (SELECT string_agg(l.quantity || '× ' || l.name, ', ' ORDER BY l.product_id)
               FROM order_lines l WHERE l.order_id = o.id) AS items
       FROM orders o JOIN users u ON u.id = o.user_id
      WHERE ($1::text IS NULL OR o.status = $1) AND (NOT $2 OR o.refunded > 0)
        AND ($3::text IS NULL OR position($3 IN o.ref) > 0)
      ORDER BY o.id DESC LIMIT $4 OFFSET $5`,
    [status ?? null, refunded ?? false, part ?? null, window.limit, window.offset],
  );
}

export async function customerOf(
  on: Queryable,
  userId: number,
): Promise<{
  id: number;
  firstName: string;
  lastName: string | null;
  displayName: string | null;
  username: string | null;
}> {
  const [row] = await on.query<Awaited<ReturnType<typeof customerOf>>>(
    `SELECT id, first_name AS "firstName", last_name AS "lastName", display_name AS "displayName", username
       FROM users WHERE id = $1`,
    [userId],
  );
  return row!;
}

export async function countByStatus(on: Queryable): Promise<{ status: OrderStatus; count: number }[]> {
  return on.query('SELECT status, count(*) AS count FROM orders GROUP BY status');
}
