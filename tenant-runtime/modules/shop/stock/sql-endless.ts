import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { UnitForm } from './files.ts';

export type SealedContent = { content: string; form: UnitForm };

/** Those of the products whose content is endless. */
export async function endlessAmong(on: Queryable, productIds: readonly number[]): Promise<Set<number>> {
  const rows = await on.query<{ id: number }>("SELECT id FROM products WHERE id = ANY($1) AND kind = 'endless'", [
    productIds,
  ]);
  return new Set(rows.map((row) => row.id));
}

export async function findEndless(on: Queryable, productId: number): Promise<SealedContent | undefined> {
  const [row] = await on.query<SealedContent>('SELECT content, form FROM endless_contents WHERE product_id = $1', [
    productId,
  ]);
  return row;
}

/** Two who set it at once do so one after the other. */
export async function putEndless(tx: Tx, productId: number, by: number, sealed: SealedContent): Promise<void> {
  await tx.query(
    `INSERT INTO endless_contents (product_id, content, form, set_by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (product_id) DO UPDATE
       SET content = EXCLUDED.content, form = EXCLUDED.form, set_by = EXCLUDED.set_by, set_at = now()`,
    [productId, sealed.content, sealed.form, by],
  );
}

/** Copies the content of a product into a unit that the order holds. Returns how many units that made: one, or none without content. */
export async function copyEndless(tx: Tx, orderId: number, productId: number): Promise<number> {
  const rows = await tx.query(
    `INSERT INTO stock_units (product_id, content, form, fingerprint, status, order_id, added_by)
     SELECT product_id, content, form, 'endless:' || $1::bigint, 'reserved', $1::bigint, set_by
       FROM endless_contents WHERE product_id = $2 RETURNING id`,
    [orderId, productId],
  );
  return rows.length;
}

/**
 * Puts new content into the copies that nobody has yet: of orders that await their payment, and of those whose file Telegram
 * would not give out. What was delivered stays.
 */
export async function renewCopies(tx: Tx, productId: number, sealed: SealedContent): Promise<void> {
  await tx.query(
    `UPDATE stock_units SET content = $2, form = $3
      WHERE id IN (
        SELECT s.id FROM stock_units s JOIN orders o ON o.id = s.order_id LEFT JOIN deliveries d ON d.order_id = o.id
         WHERE s.product_id = $1
           AND (s.status = 'reserved' OR (s.status = 'sold' AND d.status = 'refused' AND o.delivered_at IS NULL))
         ORDER BY s.id FOR NO KEY UPDATE OF s)`,
    [productId, sealed.content, sealed.form],
  );
}

/** Files that were sold as content of this product and that Telegram did not give out when they were sent. */
export async function refusedCopies(on: Queryable, productId: number): Promise<{ id: number; content: string }[]> {
  return on.query(
    `SELECT s.id, s.content FROM stock_units s JOIN deliveries d ON d.order_id = s.order_id AND d.status = 'refused'
      WHERE s.product_id = $1 AND s.status = 'sold' AND s.form = 'file' ORDER BY s.id`,
    [productId],
  );
}

/** A unit of this product with this fingerprint that is a file, whatever became of it. */
export async function findFile(
  on: Queryable,
  productId: number,
  fingerprint: string,
): Promise<{ id: number; content: string } | undefined> {
  const [row] = await on.query<{ id: number; content: string }>(
    `SELECT id, content FROM stock_units
      WHERE product_id = $1 AND fingerprint = $2 AND status <> 'removed' AND form = 'file'`,
    [productId, fingerprint],
  );
  return row;
}

export async function setContent(tx: Tx, unitId: number, content: string): Promise<void> {
  await tx.query('UPDATE stock_units SET content = $2 WHERE id = $1', [unitId, content]);
}
