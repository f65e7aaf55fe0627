/** The statements that the store runs for the measured updates; `updates` compares them with what the store really sent. */
export const CLAIM = 'INSERT INTO updates (update_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING update_id';

export const SEEN = `
  SELECT u.id, u.first_name AS "firstName", u.last_name AS "lastName", u.username, u.display_name AS "displayName",
         u.blocked_at IS NOT NULL AS blocked, c.wizard, c.step, c.data, c.typed, c.held,
         (u.first_name, u.last_name, u.username) IS DISTINCT FROM ($2::text, $3::text, $4::text)
           OR u.bot_blocked_at IS NOT NULL OR u.last_seen_at < now() - interval '1 minute' AS stale
    FROM users u LEFT JOIN conversations c ON c.user_id = u.id
   WHERE u.id = $1`;

export const UPSERT = `
  INSERT INTO users (id, first_name, last_name, username) VALUES ($1, $2, $3, $4)
  ON CONFLICT (id) DO UPDATE
    SET first_name = EXCLUDED.first_name, last_name = EXCLUDED.last_name, username = EXCLUDED.username,
        bot_blocked_at = NULL, last_seen_at = now()`;

/** The product screen that a person had open, if any: the next message of theirs closes it. */
export const CLOSE_SCREEN = `
  DELETE FROM product_screens WHERE user_id = $1
  RETURNING product_id AS "productId", quantity, page, category, message_id AS "messageId"`;

export const REVIVE = `
  UPDATE deliveries d SET status = 'pending' FROM orders o
   WHERE o.id = d.order_id AND o.user_id = $1 AND d.status = 'blocked' RETURNING d.order_id AS "orderId"`;

export const STARTED = 'UPDATE users SET started_at = now() WHERE id = $1 AND started_at IS NULL';

export const TOTALS = `
  SELECT (SELECT count(*) FROM users) AS users,
         (SELECT count(*) FROM orders WHERE status IN ('paid', 'delivered')) AS transactions`;

export const TEMPLATE = 'SELECT body FROM templates WHERE key = $1';

export const CATEGORIES = `
  SELECT id, name, count(*) OVER () AS total FROM categories c
   WHERE active AND EXISTS (SELECT 1 FROM products p WHERE p.category_id = c.id AND p.status = 'active')
   ORDER BY position, id LIMIT $1 OFFSET $2`;

export const PRODUCTS = `
  SELECT p.id, l.position, l.total, p.name, p.price, p.sold, c.name AS category, p.kind, s.available
    FROM (SELECT id, position, count(*) OVER () AS total
            FROM (SELECT id, category_id, row_number() OVER (ORDER BY id) AS position
                    FROM products WHERE status = 'active') numbered
           WHERE $1::bigint IS NULL OR category_id = $1
           ORDER BY id LIMIT $2 OFFSET $3) l
    JOIN products p ON p.id = l.id
    JOIN product_stock s ON s.product_id = p.id
    LEFT JOIN categories c ON c.id = p.category_id
   ORDER BY p.id`;

export const PUT_LINE = `
  INSERT INTO cart_lines (user_id, product_id, quantity)
  SELECT $1, id, $3 FROM products WHERE id = $2 AND status = 'active'
  ON CONFLICT (user_id, product_id) DO UPDATE SET quantity = EXCLUDED.quantity RETURNING product_id`;

export const CART = `
  SELECT c.product_id AS "productId", p.name, p.kind, p.price, p.tiers, c.quantity, p.status = 'active' AS "onSale", s.available,
  p.per_customer AS "perCustomer", CASE WHEN p.per_customer IS NOT NULL THEN greatest(0, p.per_customer - coalesce(
  (SELECT quantity FROM customer_purchases WHERE user_id = $1 AND product_id = p.id), 0)) END AS left
  FROM cart_lines c JOIN products p ON p.id = c.product_id JOIN product_stock s ON s.product_id = p.id
  WHERE c.user_id = $1 ORDER BY c.product_id`;

export const CART_VOUCHER = `
  SELECT v.id, v.code, v.kind, v.value, v.max_uses AS "maxUses", v.starts_on::text AS "startsOn",
  v.ends_on::text AS "endsOn", v.active, v.created_at AS "createdAt",
  (SELECT count(*) FROM voucher_uses u WHERE u.voucher_id = v.id AND u.given_back_at IS NULL) AS uses, (SELECT o.ref FROM voucher_uses u JOIN orders o ON o.id = u.order_id
  WHERE u.voucher_id = v.id AND u.user_id = $1 AND u.given_back_at IS NULL AND o.status = 'awaiting_payment' LIMIT 1) AS "openOrder", (SELECT o.ref FROM voucher_uses u JOIN orders o ON o.id = u.order_id
  WHERE u.voucher_id = v.id AND u.user_id = $1 AND u.given_back_at IS NULL AND o.status IN ('expired', 'cancelled') LIMIT 1) AS "closingOrder" FROM cart_vouchers c JOIN vouchers v ON v.id = c.voucher_id WHERE c.user_id = $1`;

export const SETTING = 'SELECT value FROM settings WHERE key = $1';
