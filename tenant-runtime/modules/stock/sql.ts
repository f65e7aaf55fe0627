import type { Queryable, Tx } from '../../../kernel/db.ts';

export type StockLine = { productId: number; quantity: number };

/** Locks products in primary-key order: whoever changes their stock waits here, and nobody in a circle. */
export async function lockProducts(tx: Tx, productIds: readonly number[]): Promise<void> {
  await tx.query('SELECT id FROM products WHERE id = ANY($1) ORDER BY id FOR UPDATE', [productIds]);
}

export async function countAvailable(on: Queryable, productIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await on.query<{ productId: number; available: number }>(
    `SELECT product_id AS "productId", count(*) AS available
       FROM stock_units WHERE product_id = ANY($1) AND status = 'available' GROUP BY product_id`,
    [productIds],
  );
  return new Map(rows.map((row) => [row.productId, row.available]));
}

export async function reserveUnits(tx: Tx, orderId: number, line: StockLine): Promise<number> {
  const rows = await tx.query(
    `UPDATE stock_units SET status = 'reserved', order_id = $1
      WHERE id IN (SELECT id FROM stock_units WHERE product_id = $2 AND status = 'available' ORDER BY id LIMIT $3)
      RETURNING id`,
    [orderId, line.productId, line.quantity],
  );
  return rows.length;
}

export async function releaseUnits(tx: Tx, orderId: number): Promise<number> {
  const rows = await tx.query(
    `UPDATE stock_units SET status = 'available', order_id = NULL
      WHERE order_id = $1 AND status = 'reserved' RETURNING id`,
    [orderId],
  );
  return rows.length;
}

/** Sells what the order holds, and counts it on the products. Returns how many units that were. */
export async function sellUnits(tx: Tx, orderId: number): Promise<number> {
  const [row] = await tx.query<{ sold: number }>(
    `WITH sold AS (
       UPDATE stock_units SET status = 'sold', sold_at = now()
        WHERE order_id = $1 AND status = 'reserved' RETURNING product_id
     ), counted AS (
       SELECT product_id, count(*) AS quantity FROM sold GROUP BY product_id
     ), locked AS (
       SELECT id FROM products WHERE id IN (SELECT product_id FROM order_lines WHERE order_id = $1) ORDER BY id FOR UPDATE
     ), updated AS (
       UPDATE products p SET sold = p.sold + c.quantity FROM locked l JOIN counted c ON c.product_id = l.id WHERE p.id = l.id
     )
     SELECT count(*) AS sold FROM sold`,
    [orderId],
  );
  return row!.sold;
}

export async function soldContents(
  on: Queryable,
  orderId: number,
): Promise<{ id: number; productId: number; content: string }[]> {
  return on.query(
    `SELECT id, product_id AS "productId", content FROM stock_units
      WHERE order_id = $1 AND status = 'sold' ORDER BY product_id, id`,
    [orderId],
  );
}
