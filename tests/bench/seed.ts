import { join } from 'node:path';
import { fingerprint, seal, sealingKey } from '../../kernel/crypto.ts';
import { createDb } from '../../kernel/db.ts';
import { migrate } from '../../kernel/migrate.ts';
import { ENCRYPTION_KEY } from './runtime.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations', 'tenant');

export const USERS = 5000;
export const FIRST_USER = 100_000;
export const PRODUCTS = 40;
export const PRICE = 15_000;
const UNITS = 20;

/** A shop in the middle of its life: people, products in categories, sealed goods, and `orders` that await payment. */
export async function seedShop(databaseUrl: string, orders = 0): Promise<void> {
  await migrate(databaseUrl, MIGRATIONS);
  const db = createDb({ connectionString: databaseUrl, max: 1 });
  try {
    await db.query(`INSERT INTO categories (name) SELECT 'Kategori ' || n FROM generate_series(1, 6) n`);
    await db.query(
      `INSERT INTO products (code, name, price, category_id)
       SELECT 'kode-' || n, 'Akun Premium ' || n, $2::bigint, 1 + n % 6 FROM generate_series(1, $1::int) n`,
      [PRODUCTS, PRICE],
    );
    await db.query(
      `INSERT INTO users (id, first_name, username, started_at)
       SELECT $1::bigint + n, 'Budi', 'budi', now() FROM generate_series(1, $2::int) n`,
      [FIRST_USER, USERS],
    );
    await insertUnits(db, PRODUCTS * UNITS, 'available');
    if (orders > 0) await insertOrders(db, orders);
    await db.query('VACUUM ANALYZE');
  } finally {
    await db.close();
  }
}

type Seeding = ReturnType<typeof createDb>;

/**
 * Order and payment `n` both have the id n, hold one reserved unit, and belong to one of the people. They are older than
 * what a store brings up to date when it starts.
 */
async function insertOrders(db: Seeding, orders: number): Promise<void> {
  const each = `generate_series(1, ${orders}) n`;
  const user = `${FIRST_USER} + 1 + n % ${USERS}`;
  await db.query(
    `INSERT INTO orders (ref, user_id, method, subtotal, total, checkout_message_id, created_at)
     SELECT 'bench-' || n, ${user}, 'qris', ${PRICE}, ${PRICE}, 1, now() - interval '3 days' FROM ${each} ORDER BY n`,
  );
  await db.query(
    `INSERT INTO order_lines (order_id, product_id, name, unit_price, quantity)
     SELECT n, 1 + n % ${PRODUCTS}, 'Akun Premium', ${PRICE}, 1 FROM ${each}`,
  );
  await db.query(
    `INSERT INTO payments (ref, order_id, user_id, gateway, method, amount, fee, total_payment, payment_number,
                           transaction_id, status, expires_at, next_check_at, invoice_message_id)
     SELECT 'bench-' || n, n, ${user}, 'pakasir', 'qris', ${PRICE}, 500, ${PRICE} + 500, 'qr', 'bench-' || n, 'pending',
            now() + interval '1 day', now() + interval '1 day', 1 FROM ${each} ORDER BY n`,
  );
  await insertUnits(db, orders, 'reserved');
}

async function insertUnits(db: Seeding, count: number, status: 'available' | 'reserved'): Promise<void> {
  const key = sealingKey(ENCRYPTION_KEY);
  const units = Array.from({ length: count }, (_, index) => {
    const productId = 1 + ((index + 1) % PRODUCTS);
    const content = `${status}-${index}@example.com|sandi-${index}`;
    return { productId, content: seal(content, key, `stock:${productId}`), print: fingerprint(content, key) };
  });
  await db.query(
    `INSERT INTO stock_units (product_id, content, fingerprint, added_by, status, order_id)
     SELECT u.product_id, u.content, u.print, 1, $4, CASE WHEN $4 = 'reserved' THEN u.n END
       FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY AS u (product_id, content, print, n)`,
    [units.map((u) => u.productId), units.map((u) => u.content), units.map((u) => u.print), status],
  );
}
