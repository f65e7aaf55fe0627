import type { Queryable } from '../../../../kernel/db.ts';

/**
 * How many more of a product a customer may take; null is as many as they like. Whoever checks a limit by it holds the
 * customer's row, so that no other order of theirs comes meanwhile.
 */
export async function leftFor(on: Queryable, userId: number, productId: number): Promise<number | null> {
  const [row] = await on.query<{ left: number | null }>(
    `SELECT greatest(0, p.per_customer - coalesce(
              (SELECT quantity FROM customer_purchases WHERE user_id = $1 AND product_id = p.id), 0)) AS left
       FROM products p WHERE p.id = $2 AND p.per_customer IS NOT NULL`,
    [userId, productId],
  );
  return row?.left ?? null;
}
