import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { UnitForm } from './files.ts';

export type StockLine = { productId: number; quantity: number };

/**
 * Locks products in primary-key order: whoever takes from their stock waits here, and nobody in a circle. Not FOR UPDATE:
 * rows that refer to a product (order lines, new units) hold its key, and two checkouts that had each written such a row
 * would wait for each other for ever.
 */
export async function lockProducts(tx: Tx, productIds: readonly number[]): Promise<void> {
  await tx.query('SELECT id FROM products WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE', [productIds]);
}

export async function countAvailable(on: Queryable, productIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await on.query<{ productId: number; available: number }>(
    'SELECT product_id AS "productId", available FROM product_stock WHERE product_id = ANY($1)',
    [productIds],
  );
  return new Map(rows.map((row) => [row.productId, row.available]));
}

export async function reserveUnits(tx: Tx, orderId: number, line: StockLine): Promise<number> {
  const rows = await tx.query(
    `UPDATE stock_units SET status = 'reserved', order_id = $1
      WHERE id IN (SELECT id FROM stock_units WHERE product_id = $2 AND status = 'available' ORDER BY id LIMIT $3)
        AND status = 'available'
      RETURNING id`,
    [orderId, line.productId, line.quantity],
  );
  return rows.length;
}

/** Returns the product of each unit. What was copied for the order from content that is endless is thrown away. */
export async function releaseUnits(tx: Tx, orderId: number): Promise<number[]> {
  await tx.query(
    `DELETE FROM stock_units s USING products p
      WHERE s.order_id = $1 AND s.status = 'reserved' AND p.id = s.product_id AND p.kind = 'endless'`,
    [orderId],
  );
  const rows = await tx.query<{ productId: number }>(
    `UPDATE stock_units SET status = 'available', order_id = NULL
      WHERE order_id = $1 AND status = 'reserved' RETURNING product_id AS "productId"`,
    [orderId],
  );
  return rows.map((row) => row.productId);
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
       SELECT id FROM products WHERE id IN (SELECT product_id FROM order_lines WHERE order_id = $1) ORDER BY id FOR NO KEY UPDATE
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
): Promise<{ id: number; productId: number; content: string; form: UnitForm }[]> {
  return on.query(
    `SELECT id, product_id AS "productId", content, form FROM stock_units
      WHERE order_id = $1 AND status = 'sold' ORDER BY product_id, id`,
    [orderId],
  );
}

/** One restock of a product at a time: two that add the same lines in different orders would wait for each other. */
export async function lockRestock(tx: Tx, productId: number): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('stock.add:' || $1::text, 0))", [productId]);
}

/** Keeps a product from being deleted until the transaction ends. False when it is gone. Selling goes on meanwhile. */
export async function holdProduct(tx: Tx, productId: number, kind: 'units' | 'endless' = 'units'): Promise<boolean> {
  const rows = await tx.query(
    "SELECT id FROM products WHERE id = $1 AND kind = $2 AND status <> 'archived' FOR KEY SHARE",
    [productId, kind],
  );
  return rows.length > 0;
}

export type SealedUnit = { content: string; form: UnitForm; fingerprint: string };

/** Adds units in their order and skips those that the product has or had. Returns how many were new. */
export async function insertUnits(
  tx: Tx,
  productId: number,
  addedBy: number,
  units: readonly SealedUnit[],
): Promise<number> {
  const rows = await tx.query(
    `INSERT INTO stock_units (product_id, content, form, fingerprint, added_by)
     SELECT $1, unit.content, unit.form, unit.fingerprint, $2
       FROM unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS unit (content, form, fingerprint, nth)
      ORDER BY unit.nth
     ON CONFLICT (product_id, fingerprint) WHERE status <> 'removed' DO NOTHING
     RETURNING id`,
    [
      productId,
      addedBy,
      units.map((unit) => unit.content),
      units.map((unit) => unit.form),
      units.map((unit) => unit.fingerprint),
    ],
  );
  return rows.length;
}

/** After a restock the admins may be told again that the product runs low. */
export async function resetNotice(tx: Tx, productId: number): Promise<void> {
  await tx.query("UPDATE products SET stock_notice = 'none' WHERE id = $1 AND stock_notice <> 'none'", [productId]);
}

export type Shortage = { id: number; code: string; name: string; available: number; level: 'low' | 'out' };

/** Marks products that have fallen to a level of which the admins do not know yet, and returns those. */
export async function markShortages(tx: Tx, productIds: readonly number[], low: number): Promise<Shortage[]> {
  return tx.query(
    `WITH counted AS (
       SELECT p.id, (SELECT count(*) FROM stock_units s WHERE s.product_id = p.id AND s.status = 'available') AS available
         FROM products p WHERE p.id = ANY($1) AND p.kind = 'units'
     ), fallen AS (
       SELECT id, available, CASE WHEN available = 0 THEN 'out' ELSE 'low' END AS level FROM counted WHERE available <= $2
     )
     UPDATE products p SET stock_notice = f.level FROM fallen f
      WHERE p.id = f.id AND p.status = 'active' AND p.stock_notice <> f.level AND p.stock_notice <> 'out'
      RETURNING p.id, p.code, p.name, f.available, f.level`,
    [productIds, low],
  );
}

/** A product on sale of which few units are left. */
export type Shortfall = { name: string; available: number };

/** Products on sale with at most `low` units, the scarcest first. */
export async function listShortfalls(
  on: Queryable,
  low: number,
  limit: number,
): Promise<(Shortfall & { total: number })[]> {
  return on.query(
    `SELECT p.name, s.available, count(*) OVER () AS total
       FROM products p
      CROSS JOIN LATERAL (
        SELECT count(*) AS available FROM (
          SELECT 1 FROM stock_units WHERE product_id = p.id AND status = 'available' LIMIT $1 + 1) counted) s
      WHERE p.status = 'active' AND p.kind = 'units' AND s.available <= $1
      ORDER BY s.available, p.id LIMIT $2`,
    [low, limit],
  );
}

export type StoredUnit = { id: number; productId: number; content: string; form: UnitForm; addedAt: Date };

export async function listAvailable(
  on: Queryable,
  productId: number,
  page: { limit: number; offset: number },
): Promise<StoredUnit[]> {
  return on.query(
    `SELECT id, product_id AS "productId", content, form, added_at AS "addedAt" FROM stock_units
      WHERE product_id = $1 AND status = 'available' ORDER BY id LIMIT $2 OFFSET $3`,
    [productId, page.limit, page.offset],
  );
}

export async function findAvailable(on: Queryable, unitId: number): Promise<StoredUnit | undefined> {
  const [row] = await on.query<StoredUnit>(
    `SELECT id, product_id AS "productId", content, form, added_at AS "addedAt" FROM stock_units
      WHERE id = $1 AND status = 'available'`,
    [unitId],
  );
  return row;
}

export type UnitCounts = { available: number; reserved: number; newest: number };

/** Counts of what is not sold, and the newest id among the available. */
export async function countUnsold(on: Queryable, productId: number): Promise<UnitCounts> {
  const [row] = await on.query<UnitCounts>(
    `SELECT count(*) FILTER (WHERE status = 'available') AS available,
            count(*) FILTER (WHERE status = 'reserved') AS reserved,
            coalesce(max(id) FILTER (WHERE status = 'available'), 0) AS newest
       FROM stock_units WHERE product_id = $1 AND status IN ('available', 'reserved')`,
    [productId],
  );
  return row!;
}

/** Withdraws available units from `from` to `upTo`. The product must be locked: a reservation may be choosing them. */
export async function withdrawUnits(tx: Tx, productId: number, from: number, upTo: number): Promise<number> {
  const rows = await tx.query(
    `UPDATE stock_units SET status = 'removed'
      WHERE product_id = $1 AND status = 'available' AND id BETWEEN $2 AND $3 RETURNING id`,
    [productId, from, upTo],
  );
  return rows.length;
}
