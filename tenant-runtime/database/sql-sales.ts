import { z } from 'zod';
import type { Queryable } from '../../kernel/db.ts';
import { parseRows } from './connection.ts';

const Sales = z.object({ orders: z.int().min(0), revenue: z.int() });

/** Orders that were paid, and what they brought less what was refunded, in rupiah. */
export type Sales = z.infer<typeof Sales>;

/**
 * What a store sold between two moments, `to` left out. Its database may be of a version that does not mark yet what was
 * paid without money.
 */
export async function salesBetween(on: Queryable, from: Date, to: Date): Promise<Sales> {
  const rows = await on.query(
    `SELECT count(*)::int AS orders, coalesce(sum(total - refunded), 0)::bigint AS revenue
       FROM public.orders o WHERE paid_at >= $1 AND paid_at < $2 AND status IN ('paid', 'delivered')
        AND NOT coalesce((to_jsonb(o) ->> 'sandbox')::boolean, false)`,
    [from, to],
  );
  return parseRows('orders', Sales, rows)[0]!;
}
