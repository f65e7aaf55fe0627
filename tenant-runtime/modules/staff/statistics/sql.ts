import type { Queryable } from '../../../../kernel/db.ts';
import type { Bucket, Figures, Period, Seller } from './schema.ts';

/**
 * A period and the one before it. Today has only begun: it is compared with yesterday up to the same time of day, longer
 * periods with as many whole days.
 */
export type Span = { begins: Date; beforeBegins: Date; beforeEnds: Date };

/** Where the periods begin and end: days are those of the zone's calendar, however long they are. */
export async function spanOf(on: Queryable, of: { now: Date; days: Period; timeZone: string }): Promise<Span> {
  const [row] = await on.query<Span>(
    `WITH local AS (SELECT $1::timestamptz AT TIME ZONE $3 AS now, make_interval(days => $2) AS length),
          first AS (SELECT date_trunc('day', now) + interval '1 day' - length AS day, now, length FROM local)
     SELECT day AT TIME ZONE $3 AS begins, (day - length) AT TIME ZONE $3 AS "beforeBegins",
            CASE WHEN $2 = 1 THEN now - length ELSE day END AT TIME ZONE $3 AS "beforeEnds"
       FROM first`,
    [of.now, of.days, of.timeZone],
  );
  return row!;
}

/** What was deposited without money, while the store tried its payments, is no revenue. */
const REAL_DEPOSIT = 'NOT EXISTS (SELECT 1 FROM payments p WHERE p.deposit_id = d.id AND p.sandbox)';

/** The figures of the period, which has no end yet, and of the one before. */
export async function figuresOf(on: Queryable, span: Span): Promise<[Figures, Figures]> {
  const rows = await on.query<Figures>(
    `WITH span (nth, begins, ends) AS (
       VALUES (0, $1::timestamptz, 'infinity'::timestamptz), (1, $2::timestamptz, $3::timestamptz))
     SELECT users.*, made.*, paid.*, deposits.*, ended.*
       FROM span
      CROSS JOIN LATERAL (
        SELECT count(*) AS "newUsers" FROM users WHERE joined_at >= begins AND joined_at < ends) users
      CROSS JOIN LATERAL (
        SELECT count(*) AS made, count(*) FILTER (WHERE status IN ('paid', 'delivered')) AS converted
          FROM orders WHERE created_at >= begins AND created_at < ends) made
      CROSS JOIN LATERAL (
        SELECT count(*) AS paid, coalesce(sum(total - refunded), 0)::bigint AS revenue
          FROM orders
         WHERE paid_at >= begins AND paid_at < ends AND status IN ('paid', 'delivered') AND NOT sandbox) paid
      CROSS JOIN LATERAL (
        SELECT count(*) AS deposits, coalesce(sum(amount), 0)::bigint AS deposited
          FROM deposits d WHERE status = 'paid' AND paid_at >= begins AND paid_at < ends AND ${REAL_DEPOSIT}) deposits
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE status = 'expired') AS expired,
               count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
               count(*) FILTER (WHERE status = 'credited') AS credited
          FROM orders WHERE closed_at >= begins AND closed_at < ends) ended
      ORDER BY nth`,
    [span.begins, span.beforeBegins, span.beforeEnds],
  );
  return [rows[0]!, rows[1]!];
}

export async function bestSellers(on: Queryable, since: Date, limit: number): Promise<Seller[]> {
  return on.query(
    `SELECT p.name, sum(l.quantity)::bigint AS units,
            round(sum(l.unit_price * l.quantity * (o.total - o.refunded)::numeric / o.subtotal))::bigint AS revenue
       FROM orders o
       JOIN order_lines l ON l.order_id = o.id
       JOIN products p ON p.id = l.product_id
      WHERE o.paid_at >= $1 AND o.status IN ('paid', 'delivered') AND NOT o.sandbox
      GROUP BY p.id ORDER BY units DESC, revenue DESC, p.id LIMIT $2`,
    [since, limit],
  );
}

/** Every hour of today, or every day of a longer period, also those without a sale. */
export async function bucketsOf(
  on: Queryable,
  of: { now: Date; days: Period; timeZone: string; since: Date },
): Promise<Bucket[]> {
  const [unit, many] = of.days === 1 ? ['hour', 24] : ['day', of.days];
  return on.query(
    `WITH sold AS (
       SELECT date_trunc($3, paid_at AT TIME ZONE $2) AS at, sum(total - refunded)::bigint AS revenue, count(*) AS orders
         FROM orders WHERE paid_at >= $5 AND status IN ('paid', 'delivered') AND NOT sandbox GROUP BY 1)
     SELECT b.at AT TIME ZONE 'UTC' AS at, coalesce(sold.revenue, 0) AS revenue,
            CASE WHEN b.at <= $1::timestamptz AT TIME ZONE $2 THEN coalesce(sold.orders, 0) END AS orders
       FROM generate_series(0, $4::int - 1) AS nth
      CROSS JOIN LATERAL (
        SELECT date_trunc('day', $5::timestamptz AT TIME ZONE $2) + nth * ('1 ' || $3)::interval AS at) b
       LEFT JOIN sold ON sold.at = b.at
      ORDER BY b.at`,
    [of.now, of.timeZone, unit, many, of.since],
  );
}

/** Paid orders whose goods are not delivered yet. */
export async function countWaiting(on: Queryable): Promise<number> {
  const [row] = await on.query<{ waiting: number }>(
    "SELECT count(*) AS waiting FROM deliveries WHERE status <> 'delivered'",
  );
  return row!.waiting;
}
