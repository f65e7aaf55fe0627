import type { Queryable } from '../../../../kernel/db.ts';

/**
 * How many of a product a customer has in orders that were not cancelled, as SQL; `p` and `user` are SQL too. Whoever checks
 * a limit by it holds the customer's row, so that no other order of theirs comes meanwhile.
 */
export const takenBy = (p: string, user: string): string =>
  `(SELECT coalesce(sum(l.quantity), 0)::bigint FROM orders o JOIN order_lines l ON l.order_id = o.id
     WHERE o.user_id = ${user} AND l.product_id = ${p}.id AND o.status IN ('awaiting_payment', 'paid', 'delivered'))`;

/** How many more of a product a customer may take; null is as many as they like. */
export async function leftFor(on: Queryable, userId: number, productId: number): Promise<number | null> {
  const [row] = await on.query<{ left: number | null }>(
    `SELECT greatest(0, p.per_customer - ${takenBy('p', '$1')}) AS left
       FROM products p WHERE p.id = $2 AND p.per_customer IS NOT NULL`,
    [userId, productId],
  );
  return row?.left ?? null;
}
