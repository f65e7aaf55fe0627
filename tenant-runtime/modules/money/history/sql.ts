import type { Queryable } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import type { OrderStatus } from '../orders/index.ts';

/** `amount` is the order's total; `total` is how many orders there are. */
export type PastOrder = {
  id: number;
  ref: string;
  status: OrderStatus;
  amount: Rupiah;
  createdAt: Date;
  items: string;
  total: number;
};

/** A page of one person's orders, newest first. */
export async function ordersOf(
  on: Queryable,
  userId: number,
  window: { limit: number; offset: number },
): Promise<PastOrder[]> {
  return on.query(
    `SELECT o.id, o.ref, o.status, o.total AS amount, o.created_at AS "createdAt", count(*) OVER () AS total,
            (SELECT string_agg(l.quantity || '× ' || l.name, ', ' ORDER BY l.product_id)
               FROM order_lines l WHERE l.order_id = o.id) AS items
       FROM orders o WHERE o.user_id = $1 ORDER BY o.id DESC LIMIT $2 OFFSET $3`,
    [userId, window.limit, window.offset],
  );
}
