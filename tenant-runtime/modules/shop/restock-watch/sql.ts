import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';

const key = `hashtextextended('restock-watch:' || id::text, 0)`;

/**
 * Whoever tells the watchers of a product waits here for those who are just asking, and these wait for it: nobody asks
 * between the look at the watchers and the commit that brings the stock. Products in order, so that nobody waits in a circle.
 */
export async function lockWatchers(tx: Tx, productIds: readonly number[]): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(${key}) FROM (SELECT id FROM unnest($1::bigint[]) AS id ORDER BY id) AS watched`,
    [productIds],
  );
}

/** Many may ask at once. */
export async function lockAsking(tx: Tx, productId: number): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock_shared(${key}) FROM (SELECT $1::bigint AS id) AS watched`, [productId]);
}

/** How much of a product can be had; undefined when it is not on sale. Keeps the product from being deleted. */
export async function availableOnSale(tx: Tx, productId: number): Promise<number | undefined> {
  const [row] = await tx.query<{ available: number }>(
    `SELECT s.available FROM products p JOIN product_stock s ON s.product_id = p.id
      WHERE p.id = $1 AND p.status = 'active' FOR KEY SHARE OF p`,
    [productId],
  );
  return row?.available;
}

export async function insertWatch(tx: Tx, userId: number, productId: number): Promise<void> {
  await tx.query('INSERT INTO restock_watches (user_id, product_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    userId,
    productId,
  ]);
}

export async function deleteWatch(tx: Tx, userId: number, productId: number): Promise<void> {
  await tx.query('DELETE FROM restock_watches WHERE user_id = $1 AND product_id = $2', [userId, productId]);
}

export async function isWatching(on: Queryable, userId: number, productId: number): Promise<boolean> {
  const rows = await on.query('SELECT id FROM restock_watches WHERE user_id = $1 AND product_id = $2', [
    userId,
    productId,
  ]);
  return rows.length > 0;
}

export type DueWatch = { id: number; userId: number; productId: number; name: string; price: Rupiah };

/** Forgets the watches of those products that can be had now, and returns those of people whom a message reaches. */
export async function takeDue(tx: Tx, productIds: readonly number[]): Promise<DueWatch[]> {
  return tx.query(
    `WITH there AS (
       SELECT p.id, p.name, p.price FROM products p JOIN product_stock s ON s.product_id = p.id
        WHERE p.id = ANY($1) AND p.status = 'active' AND s.available > 0
     ), due AS (
       DELETE FROM restock_watches w USING there WHERE w.product_id = there.id
       RETURNING w.id, w.user_id, w.product_id, there.name, there.price
     )
     SELECT due.id, due.user_id AS "userId", due.product_id AS "productId", due.name, due.price
       FROM due JOIN users u ON u.id = due.user_id
      WHERE u.bot_blocked_at IS NULL AND u.blocked_at IS NULL
      ORDER BY due.product_id, due.id`,
    [productIds],
  );
}

/** What is sold no more will not be there again. */
export async function deleteOfArchived(on: Queryable): Promise<void> {
  await on.query("DELETE FROM restock_watches w USING products p WHERE p.id = w.product_id AND p.status = 'archived'");
}
