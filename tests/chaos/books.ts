import type { Db } from '../../kernel/db.ts';
import type { Transaction } from '../../sandbox/client.ts';

/** Transactions that were completed with money, as the gateway has them, which the shop's own rows are held against: $1 refs, $2 amounts. */
const GATEWAY = `gateway AS (SELECT ref, amount, substring(ref FROM '^[a-z]+([0-9]+)-')::bigint AS user_id
                              FROM unnest($1::text[], $2::bigint[]) AS paid (ref, amount))`;
const SAME_MONEY = `EXISTS (SELECT FROM owner_events e WHERE e.cause = 'order:' || p.order_id || ':same_money')`;
/** What makes a gateway payment count: its order was settled by it, its money became balance, or an admin had marked it. */
const COUNTED = `(SELECT p.id, p.ref, p.order_id, p.amount, p.status,
    (coalesce(o.settled_by IN ('webhook', 'status', 'reconcile') AND o.status IN ('paid', 'delivered'), false))::int AS settled,
    (SELECT count(*) FROM ledger_entries l WHERE l.source = 'payment:' || p.id AND l.amount = p.amount) AS credited,
    (o.settled_by LIKE 'admin:%' AND ${SAME_MONEY})::int AS same
  FROM payments p LEFT JOIN orders o ON o.id = p.order_id)`;

type Rule = { name: string; sql: string; gateway?: true };

/** Each finds what must not be; `what` says it in words. */
const RULES: readonly Rule[] = [
  {
    name: 'what is paid at the gateway is a completed payment of the shop, with the same amount',
    gateway: true,
    sql: `WITH ${GATEWAY} SELECT coalesce(g.ref, p.ref) || ': ' || coalesce(g.amount::text, 'nothing') || ' at the gateway, '
            || coalesce(p.amount::text, 'nothing') || ' in the shop' AS what
            FROM gateway g FULL JOIN (SELECT * FROM payments WHERE status = 'completed') p USING (ref)
           WHERE g.amount IS DISTINCT FROM p.amount`,
  },
  {
    name: 'every completed payment counts once: goods, balance, or money that an admin had counted',
    sql: `SELECT c.ref || ': settled ' || settled || ', credited ' || credited || ', same money ' || coalesce(same, 0) AS what
            FROM ${COUNTED} c WHERE status = 'completed' AND settled + credited + coalesce(same, 0) <> 1`,
  },
  {
    name: 'no payment counts that did not complete',
    sql: `SELECT c.ref || ' is ' || status AS what FROM ${COUNTED} c WHERE status <> 'completed' AND settled + credited > 0`,
  },
  {
    name: 'for every customer, money in = goods at their totals - refunds + balance',
    gateway: true,
    sql: `WITH ${GATEWAY},
       sums AS (
         SELECT user_id, amount AS money, 0 AS goods, 0 AS balance FROM gateway g
          WHERE NOT EXISTS (SELECT FROM payments p JOIN orders o ON o.id = p.order_id
                             WHERE p.ref = g.ref AND o.settled_by LIKE 'admin:%' AND ${SAME_MONEY}
                               AND NOT EXISTS (SELECT FROM ledger_entries l WHERE l.source = 'payment:' || p.id))
         UNION ALL SELECT user_id, total, 0, 0 FROM orders WHERE settled_by LIKE 'admin:%' AND status IN ('paid', 'delivered')
         UNION ALL SELECT user_id, amount, 0, 0 FROM ledger_entries WHERE kind = 'credit' AND source LIKE 'order:%'
         UNION ALL SELECT user_id, 0, total - refunded, 0 FROM orders WHERE status IN ('paid', 'delivered')
         UNION ALL SELECT user_id, 0, 0, balance FROM wallets)
     SELECT user_id || ': paid ' || sum(money) || ', goods ' || sum(goods) || ', balance ' || sum(balance) AS what
       FROM sums GROUP BY user_id HAVING sum(money) <> sum(goods) + sum(balance)`,
  },
  {
    name: 'every balance is the sum of its ledger, and not below zero',
    sql: `SELECT user_id || ': ' || balance || ', entered ' || entered AS what FROM wallet_books
           WHERE balance <> entered OR balance < 0`,
  },
  {
    name: 'a purchase by balance takes its total once',
    sql: `SELECT o.ref AS what FROM orders o LEFT JOIN ledger_entries l ON l.source = 'order:' || o.id AND l.kind = 'purchase'
           WHERE (o.method = 'balance') <> (coalesce(-l.amount, 0) = o.total)`,
  },
  {
    name: 'what an order gave back is in the balance',
    sql: `SELECT o.ref || ': ' || o.refunded || ' refunded, ' || coalesce(sum(l.amount), 0) || ' entered' AS what
            FROM orders o LEFT JOIN ledger_entries l ON l.kind = 'refund' AND l.source LIKE 'order:' || o.id || ':refund:%'
           GROUP BY o.id HAVING o.refunded <> coalesce(sum(l.amount), 0)`,
  },
  {
    name: 'a voucher is used by the orders that carry it, while they count',
    sql: `SELECT o.ref || ' (' || o.status || ') carries ' || coalesce(o.voucher_code, 'none') || ', uses '
            || coalesce(v.code, 'none') AS what
            FROM orders o LEFT JOIN voucher_uses u ON u.order_id = o.id LEFT JOIN vouchers v ON v.id = u.voucher_id
           WHERE o.voucher_code IS DISTINCT FROM v.code OR (v.code IS NULL) <> (o.discount = 0)
              OR (v.code IS NOT NULL
                  AND (u.given_back_at IS NULL) <> (o.status IN ('awaiting_payment', 'paid', 'delivered')))`,
  },
  {
    name: 'a voucher is used no more often than it may, but by late money',
    sql: `SELECT v.code || ': ' || count(*) || ' of ' || v.max_uses AS what FROM vouchers v
            JOIN voucher_uses u ON u.voucher_id = v.id AND u.given_back_at IS NULL
            JOIN orders o ON o.id = u.order_id AND o.closed_at IS NULL
           GROUP BY v.id HAVING count(*) > v.max_uses`,
  },
  {
    name: 'an order holds as many units as it has bought or reserved, and no others',
    sql: `SELECT o.ref || ' (' || o.status || '): ' || n.wanted || ' of product ' || n.product_id || ', ' || n.sold || ' sold, '
            || n.reserved || ' reserved' AS what
       FROM (SELECT coalesce(l.order_id, u.order_id) AS order_id, coalesce(l.product_id, u.product_id) AS product_id,
                    coalesce(l.quantity, 0) AS wanted, coalesce(u.sold, 0) AS sold, coalesce(u.reserved, 0) AS reserved
               FROM order_lines l FULL JOIN (
                 SELECT order_id, product_id, count(*) FILTER (WHERE status = 'sold') AS sold,
                        count(*) FILTER (WHERE status = 'reserved') AS reserved
                   FROM stock_units WHERE order_id IS NOT NULL GROUP BY order_id, product_id
               ) u ON u.order_id = l.order_id AND u.product_id = l.product_id) n
       JOIN orders o ON o.id = n.order_id
      WHERE n.sold <> CASE WHEN o.status IN ('paid', 'delivered') THEN n.wanted ELSE 0 END
         OR n.reserved <> CASE WHEN o.status = 'awaiting_payment' THEN n.wanted ELSE 0 END`,
  },
  {
    name: 'a product counts as sold what it sold',
    sql: `SELECT p.code || ': ' || p.sold || ', units ' || count(u.id) AS what
            FROM products p LEFT JOIN stock_units u ON u.product_id = p.id AND u.status = 'sold'
           GROUP BY p.id HAVING p.sold <> count(u.id)`,
  },
  {
    name: 'what is paid is delivered, or waits for a customer who has blocked the bot',
    sql: `SELECT o.ref || ' is ' || o.status || ', its delivery ' || coalesce(d.status, 'missing') AS what
            FROM orders o JOIN users u ON u.id = o.user_id LEFT JOIN deliveries d ON d.order_id = o.id
           WHERE (o.status = 'delivered' AND d.status IS DISTINCT FROM 'delivered')
              OR (o.status = 'paid' AND (d.status IS DISTINCT FROM 'blocked' OR u.bot_blocked_at IS NULL))
              OR (o.status NOT IN ('paid', 'delivered') AND d.status IS NOT NULL)`,
  },
  {
    name: 'nothing awaits its payment beyond its time',
    sql: `SELECT p.ref || ' is ' || p.status AS what FROM payments p
           WHERE p.status IN ('creating', 'pending') AND p.expires_at < now() - interval '2 minutes'
          UNION ALL SELECT o.ref || ' awaits its payment' FROM orders o
           WHERE o.status = 'awaiting_payment'
             AND NOT EXISTS (SELECT FROM payments p WHERE p.order_id = o.id AND p.expires_at > now() - interval '2 minutes')`,
  },
];

export type Broken = { rule: string; what: string[] };

/** The rules of the books that do not hold, with what breaks them. */
export async function auditBooks(db: Db, transactions: readonly Transaction[]): Promise<Broken[]> {
  const paid = transactions.filter((one) => one.status === 'completed' && !one.sandbox);
  const values = [paid.map((one) => one.orderId), paid.map((one) => one.amount)];
  const broken: Broken[] = [];
  for (const { name, sql, gateway } of RULES) {
    const rows = await db.query<{ what: string | null }>(sql, gateway ? values : []);
    if (rows.length > 0) broken.push({ rule: name, what: rows.map((row) => row.what ?? '?') });
  }
  return broken;
}

/** The books in one table: count and rupiah of each line. */
export async function balanceOfBooks(db: Db): Promise<{ what: string; count: number; rupiah: number }[]> {
  const line = (what: string, sql: string) =>
    `SELECT '${what}' AS what, count(*) AS count, coalesce(sum(amount), 0)::bigint AS rupiah FROM (${sql}) of_it`;
  return db.query(
    [
      line('paid at the gateway', `SELECT amount FROM payments WHERE status = 'completed'`),
      line(
        'marked paid by an admin',
        `SELECT total AS amount FROM orders WHERE settled_by LIKE 'admin:%' AND status IN ('paid', 'delivered') UNION ALL SELECT amount FROM ledger_entries WHERE kind = 'credit' AND source LIKE 'order:%'`,
      ),
      line(
        'of it counted before (same money)',
        `SELECT -p.amount AS amount FROM payments p JOIN orders o ON o.id = p.order_id WHERE p.status = 'completed' AND o.settled_by LIKE 'admin:%' AND ${SAME_MONEY}`,
      ),
      line(
        'goods, at the totals of their orders',
        `SELECT -total AS amount FROM orders WHERE status IN ('paid', 'delivered')`,
      ),
      line('given back by refunds', `SELECT refunded AS amount FROM orders WHERE refunded > 0`),
      line('balances of customers', `SELECT -balance AS amount FROM wallets WHERE balance > 0`),
      line('(credited instead of goods)', `SELECT amount FROM ledger_entries WHERE kind = 'credit'`),
      line('(deposits)', `SELECT amount FROM ledger_entries WHERE kind = 'deposit'`),
      line('(paid by balance)', `SELECT total AS amount FROM orders WHERE method = 'balance'`),
      line(
        '(paid late, delivered)',
        `SELECT total AS amount FROM orders WHERE closed_at IS NOT NULL AND status IN ('paid', 'delivered')`,
      ),
      line('(expired or cancelled)', `SELECT total AS amount FROM orders WHERE status IN ('expired', 'cancelled')`),
    ].join(' UNION ALL '),
  );
}
