import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sealingKey } from '../../kernel/crypto.ts';
import type { Tx } from '../../kernel/db.ts';
import { createRestockWatches, type RestockWatches } from '../../tenant-runtime/modules/shop/restock-watch/index.ts';
import { createStock, type Stock } from '../../tenant-runtime/modules/shop/stock/index.ts';
import { createAudit } from '../../tenant-runtime/modules/staff/audit/index.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let dir: string;
let stock: Stock;
let watches: RestockWatches;
let product: number;
/** Who was told, as often as they were. */
let told: number[];
const sari = { id: 42, role: 'admin' } as const;

beforeEach(async () => {
  database = await testDatabase('tenant');
  dir = await mkdtemp(join(tmpdir(), 'lapak-audit-'));
  told = [];
  watches = createRestockWatches({
    outbox: {
      sendToMany: async (tx, to) => tx.afterCommit(() => told.push(...to.map((each) => each.chatId))),
    },
    openProduct: (id) => `p:${id}`,
  });
  stock = createStock({
    key: sealingKey(Buffer.alloc(32, 7).toString('base64')),
    audit: createAudit({ dir, timeZone: 'UTC', log: pino({ level: 'silent' }) }),
    onAvailable: watches.notify,
    notifyAdmins: async () => {},
  });
  await database.db.query("INSERT INTO users (id, first_name) SELECT n, 'Budi' FROM generate_series(1, 200) n");
  product = await newProduct();
});
afterEach(async () => {
  await database.drop();
  await rm(dir, { recursive: true });
});

async function newProduct(): Promise<number> {
  const [row] = await database.db.query<{ id: number }>(
    "INSERT INTO products (code, name, price) VALUES ('p' || gen_random_uuid(), 'Akun', 1000) RETURNING id",
  );
  return row!.id;
}

async function newOrder(userId = 1): Promise<number> {
  const [row] = await database.db.query<{ id: number }>(
    `INSERT INTO orders (ref, user_id, method, subtotal, total, checkout_message_id)
     VALUES ('tg' || gen_random_uuid(), $1, 'qris', 1, 1, 1) RETURNING id`,
    [userId],
  );
  return row!.id;
}

const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.db.tx(work);
const add = (contents: readonly string[]) =>
  inTx((tx) => stock.add(tx, sari, product, { units: [...contents], empty: 0, tooLong: 0 }));
const unit = (batch: number, n: number) => `b${batch}-${n}`;
const locks = async () =>
  (
    await database.db.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
  ).length;

test('customers buy and give back while thousands are added and the shelf is emptied: no unit twice, none lost', async () => {
  const sizes = [1500, 1200, 900, 600];
  await add(Array.from({ length: 30 }, (_, n) => unit(99, n)));
  const orders = await Promise.all(Array.from({ length: 40 }, (_, n) => newOrder(n + 1)));
  await database.db.query(
    "INSERT INTO order_lines (order_id, product_id, name, unit_price, quantity) SELECT id, $1, 'x', 1, 1 FROM orders",
    [product],
  );
  const buy = async (orderId: number, index: number): Promise<'sold' | 'released' | 'short'> => {
    const quantity = (index % 3) + 1;
    const reservation = await inTx((tx) => stock.reserve(tx, orderId, [{ productId: product, quantity }]));
    if (reservation.kind === 'short') return 'short';
    if (index % 4 === 0) {
      await inTx((tx) => stock.release(tx, orderId));
      return 'released';
    }
    expect(await inTx((tx) => stock.sell(tx, orderId))).toBe(quantity);
    return 'sold';
  };
  const restocking = async () => {
    for (const [batch, size] of sizes.entries()) await add(Array.from({ length: size }, (_, n) => unit(batch, n)));
  };
  const emptying = async () => {
    let removed = 0;
    for (let round = 0; round < 8; round += 1) {
      const { newest } = await stock.counts(database.db, product);
      removed += await inTx((tx) => stock.removeUnits(tx, sari, product, newest));
    }
    return removed;
  };
  const [bought, removed] = await Promise.all([Promise.all(orders.map(buy)), emptying(), restocking(), restocking()]);

  const rows = await database.db.query<{ status: string; n: number }>(
    'SELECT status, count(*) AS n FROM stock_units WHERE product_id = $1 GROUP BY status',
    [product],
  );
  const count = Object.fromEntries(rows.map((row) => [row.status, row.n]));
  const wanted = bought.reduce((sum, outcome, index) => sum + (outcome === 'sold' ? (index % 3) + 1 : 0), 0);
  expect(count.sold ?? 0).toBe(wanted);
  expect(count.reserved ?? 0).toBe(0);
  expect(count.removed ?? 0).toBe(removed);
  const [shelf] = await database.db.query<{ twice: number; kept: number }>(
    `SELECT count(*) - count(DISTINCT fingerprint) AS twice, count(*) AS kept
       FROM stock_units WHERE product_id = $1 AND status <> 'removed'`,
    [product],
  );
  expect(shelf!.twice).toBe(0);
  // Every line that was sent is there at least once, removed or not: the second of two equal restocks adds what is missing.
  const [all] = await database.db.query<{ n: number }>(
    'SELECT count(DISTINCT fingerprint) AS n FROM stock_units WHERE product_id = $1',
    [product],
  );
  expect(all!.n).toBe(30 + sizes.reduce((sum, size) => sum + size, 0));
  const [{ sold } = { sold: -1 }] = await database.db.query<{ sold: number }>('SELECT sold FROM products');
  expect(sold).toBe(wanted);
});

test('customers who ask while stock comes are told once, either at once or by the restock', async () => {
  for (let round = 0; round < 10; round += 1) {
    told = [];
    product = await newProduct();
    const people = Array.from({ length: 20 }, (_, n) => n + 1);
    const outcomes = await Promise.all([...people.map((id) => inTx((tx) => watches.ask(tx, id, product))), add(['a'])]);
    const asked = people.filter((_, index) => outcomes[index] === 'asked');
    expect(told.sort((a, b) => a - b)).toEqual(asked);
    expect(outcomes.slice(0, -1).every((outcome) => outcome === 'asked' || outcome === 'available')).toBe(true);
    expect(await database.db.query('SELECT id FROM restock_watches')).toEqual([]);
  }
});

test('whoever asks while a restock has told the others, but has not committed, waits and hears at once', async () => {
  let asking: Promise<unknown> | undefined;
  await inTx(async (tx) => {
    await stock.add(tx, sari, product, { units: ['a'], empty: 0, tooLong: 0 });
    asking = inTx((other) => watches.ask(other, 1, product));
    await expect.poll(locks).toBe(1);
  });
  expect(await asking).toBe('available');
});

test('a restock waits for whoever is just asking, and tells them', async () => {
  let adding: Promise<unknown> | undefined;
  await inTx(async (tx) => {
    expect(await watches.ask(tx, 1, product)).toBe('asked');
    adding = add(['a']);
    await expect.poll(locks).toBe(1);
  });
  await adding;
  expect(told).toEqual([1]);
});

test('wishes for a product that is sold no more are forgotten by and by', async () => {
  const other = await newProduct();
  for (const id of [product, other]) await inTx((tx) => watches.ask(tx, 1, id));
  await database.db.query("UPDATE products SET status = 'archived' WHERE id = $1", [product]);
  await watches.purge(database.db);
  expect(await watches.watching(database.db, 1, product)).toBe(false);
  expect(await watches.watching(database.db, 1, other)).toBe(true);
});

test('orders that give back several products in different orders do not wait for each other for ever', async () => {
  const products = [product, await newProduct(), await newProduct()];
  for (const id of products) {
    product = id;
    await add(Array.from({ length: 20 }, (_, n) => `${id}-${n}`));
  }
  const orders = await Promise.all(Array.from({ length: 20 }, () => newOrder()));
  for (const id of orders) {
    await inTx((tx) =>
      stock.reserve(
        tx,
        id,
        products.map((productId) => ({ productId, quantity: 1 })),
      ),
    );
  }
  for (const [n, id] of products.entries()) await inTx((tx) => watches.ask(tx, n + 1, id));
  await Promise.all(orders.map((id) => inTx((tx) => stock.release(tx, id))));
  expect(told.sort()).toEqual([1, 2, 3]);
});
