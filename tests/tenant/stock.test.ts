import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sealingKey } from '../../kernel/crypto.ts';
import type { Tx } from '../../kernel/db.ts';
import { createStock, type Stock } from '../../tenant-runtime/modules/shop/stock/index.ts';
import { createAudit } from '../../tenant-runtime/modules/staff/audit/index.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let dir: string;
let stock: Stock;
let product: number;
let order: number;
let told: string[] = [];
const sari = { id: 42, role: 'admin' } as const;
const key = sealingKey(Buffer.alloc(32, 7).toString('base64'));

beforeAll(async () => {
  database = await testDatabase('tenant');
  dir = await mkdtemp(join(tmpdir(), 'lapak-audit-'));
  stock = createStock({
    key,
    audit: createAudit({ dir, timeZone: 'UTC', log: pino({ level: 'silent' }) }),
    onAvailable: async () => {},
    notifyAdmins: async (_tx, _cause, text) => {
      told.push(text);
    },
  });
  await database.db.query("INSERT INTO users (id, first_name) VALUES (1, 'Budi')");
});
afterAll(async () => {
  await database.drop();
  await rm(dir, { recursive: true });
});
beforeEach(async () => {
  product = await newProduct();
  order = await newOrder();
});

const idOf = async (insert: string) => (await database.db.query<{ id: number }>(insert))[0]!.id;
const newProduct = () =>
  idOf(
    "INSERT INTO products (code, name, price) VALUES ('p' || gen_random_uuid(), 'Akun <Premium> & \"teman\"', 1000) RETURNING id",
  );
const newOrder = () =>
  idOf(
    `INSERT INTO orders (ref, user_id, method, subtotal, total, checkout_message_id)
     VALUES ('tg' || gen_random_uuid(), 1, 'qris', 1, 1, 1) RETURNING id`,
  );

const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.db.tx(work);
const units = (...contents: string[]) => ({ units: contents, empty: 0, tooLong: 0 });
const add = (...contents: string[]) => inTx((tx) => stock.add(tx, sari, product, units(...contents)));
const contents = async () =>
  (await stock.unsold(database.db, product, { limit: 10_000, offset: 0 })).map((unit) => unit.content);

describe('restocking', () => {
  test('units keep their order, and what the product has or sold before is skipped', async () => {
    expect(await add('c', 'a', 'b', 'a')).toMatchObject({ kind: 'added', added: 3, duplicates: 1, available: 3 });
    await inTx((tx) => stock.reserve(tx, order, [{ productId: product, quantity: 1 }]));
    await inTx((tx) => stock.sell(tx, order));
    expect(await add('c', 'd')).toMatchObject({ added: 1, duplicates: 1, available: 3 });
    expect(await contents()).toEqual(['a', 'b', 'd']);
  });

  test('thousands arrive at once', async () => {
    const many = Array.from({ length: 5000 }, (_, index) => `kode-${index % 4500}`);
    expect(await add(...many)).toMatchObject({ added: 4500, duplicates: 500, available: 4500 });
    expect(await contents()).toEqual(many.slice(0, 4500));
  });

  test('the same unit may be in two products, and nothing readable is stored', async () => {
    await add('rahasia-dapur');
    const other = await newProduct();
    const added = await inTx((tx) => stock.add(tx, sari, other, units('rahasia-dapur')));
    expect(added).toMatchObject({ added: 1 });
    const rows = await database.db.query('SELECT * FROM stock_units');
    const audit = await database.db.query('SELECT * FROM audit_log');
    expect(JSON.stringify([rows, audit])).not.toContain('rahasia-dapur');
    expect(audit.at(-1)).toMatchObject({ actor_id: 42, action: 'stock.added', after: { added: 1 } });
  });

  test('two admins who add the same lines in opposite orders add each once', async () => {
    const lines = Array.from({ length: 1500 }, (_, index) => `unit-${index}`);
    const reports = await Promise.all([add(...lines), add(...lines.toReversed())]);
    expect(reports.map((report) => report.kind === 'added' && report.added).sort()).toEqual([0, 1500]);
    expect(await contents()).toHaveLength(1500);
  });

  test('a product that is gone takes nothing', async () => {
    await database.db.query("UPDATE products SET status = 'archived' WHERE id = $1", [product]);
    expect(await add('a')).toEqual({ kind: 'gone' });
    expect(await inTx((tx) => stock.add(tx, sari, 999_999, units('a')))).toEqual({ kind: 'gone' });
  });

  test('selling goes on while a restock has not committed, and sells what was there before', async () => {
    await add('lama');
    await inTx(async (tx) => {
      await stock.add(tx, sari, product, units('baru'));
      const reserved = await inTx((other) => stock.reserve(other, order, [{ productId: product, quantity: 1 }]));
      expect(reserved).toEqual({ kind: 'reserved' });
    });
    await inTx((tx) => stock.sell(tx, order));
    expect(await stock.contentsOf(database.db, order)).toEqual([{ productId: product, content: 'lama' }]);
  });
});

describe('selling', () => {
  test('buyers, a restock and an admin who withdraws units never share a unit', async () => {
    await add(...Array.from({ length: 20 }, (_, index) => `u${index}`));
    const orders = await Promise.all(Array.from({ length: 15 }, newOrder));
    const seen = await stock.unsold(database.db, product, { limit: 5, offset: 0 });
    const [removed, reservations] = await Promise.all([
      Promise.all(seen.map((unit) => inTx((tx) => stock.removeUnit(tx, sari, unit.id)))),
      Promise.all(orders.map((id) => inTx((tx) => stock.reserve(tx, id, [{ productId: product, quantity: 2 }])))),
      add(...Array.from({ length: 10 }, (_, index) => `baru${index}`)),
    ]);
    const sold = reservations.filter((reservation) => reservation.kind === 'reserved').length * 2;
    const withdrawn = removed.filter(Boolean).length;
    const rows = await database.db.query<{ status: string; n: number }>(
      'SELECT status, count(*) AS n FROM stock_units WHERE product_id = $1 GROUP BY status',
      [product],
    );
    const count = Object.fromEntries(rows.map((row) => [row.status, row.n]));
    expect(count.reserved ?? 0).toBe(sold);
    expect(count.removed ?? 0).toBe(withdrawn);
    expect((count.available ?? 0) + sold + withdrawn).toBe(30);
    const perOrder = await database.db.query<{ n: number }>(
      'SELECT count(*) AS n FROM stock_units WHERE product_id = $1 AND order_id IS NOT NULL GROUP BY order_id',
      [product],
    );
    expect(perOrder.every((row) => row.n === 2)).toBe(true);
  });

  test('two checkouts that wrote their lines first do not wait for each other for ever', async () => {
    await add('a', 'b');
    const other = await newOrder();
    let wrote = 0;
    let open: () => void = () => {};
    const bothWrote = new Promise<void>((resolve) => {
      open = resolve;
    });
    const checkout = (id: number) =>
      inTx(async (tx) => {
        await tx.query(
          'INSERT INTO order_lines (order_id, product_id, name, unit_price, quantity) VALUES ($1, $2, $3, 1, 1)',
          [id, product, 'x'],
        );
        wrote += 1;
        if (wrote === 2) open();
        await bothWrote;
        return stock.reserve(tx, id, [{ productId: product, quantity: 1 }]);
      });
    expect(await Promise.all([checkout(order), checkout(other)])).toEqual([{ kind: 'reserved' }, { kind: 'reserved' }]);
  });
});

describe('withdrawing', () => {
  test('a unit that was reserved meanwhile stays with its order', async () => {
    await add('a');
    const [unit] = await stock.unsold(database.db, product, { limit: 1, offset: 0 });
    await inTx((tx) => stock.reserve(tx, order, [{ productId: product, quantity: 1 }]));
    expect(await inTx((tx) => stock.removeUnit(tx, sari, unit!.id))).toBe(false);
    expect(await stock.unit(database.db, unit!.id)).toBeUndefined();
    expect(await inTx((tx) => stock.release(tx, order))).toBe(1);
  });

  test('a checkout that meets a withdrawal waits for it, and finds the shelf empty', async () => {
    await add('a');
    const [unit] = await stock.unsold(database.db, product, { limit: 1, offset: 0 });
    let checkout: Promise<unknown> | undefined;
    await inTx(async (tx) => {
      await stock.removeUnit(tx, sari, unit!.id);
      checkout = inTx((other) => stock.reserve(other, order, [{ productId: product, quantity: 1 }]));
      const waiting = async () =>
        (
          await database.db.query(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
          )
        ).length;
      await expect.poll(waiting).toBe(1);
    });
    expect(await checkout).toMatchObject({ kind: 'short' });
  });

  test('a withdrawn unit may be added again', async () => {
    await add('a');
    const [unit] = await stock.unsold(database.db, product, { limit: 1, offset: 0 });
    expect(await inTx((tx) => stock.removeUnit(tx, sari, unit!.id))).toBe(true);
    expect(await inTx((tx) => stock.removeUnit(tx, sari, unit!.id))).toBe(false);
    expect(await add('a')).toMatchObject({ added: 1, available: 1 });
  });

  test('emptying the shelf leaves what was added after the admin looked', async () => {
    await add('a', 'b');
    const { newest } = await stock.counts(database.db, product);
    await add('c');
    expect(await inTx((tx) => stock.removeUnits(tx, sari, product, newest))).toBe(2);
    expect(await contents()).toEqual(['c']);
  });
});

describe('shortages', () => {
  const noted = async () => {
    told = [];
    await inTx((tx) => stock.noteLevels(tx, [product]));
    return told;
  };
  const take = async (quantity: number) => {
    const id = await newOrder();
    await inTx((tx) => stock.reserve(tx, id, [{ productId: product, quantity }]));
  };

  test('admins hear that nothing is left also when one of them took it away', async () => {
    await add('1', '2', '3', '4');
    told = [];
    const { newest } = await stock.counts(database.db, product);
    await inTx((tx) => stock.removeUnits(tx, sari, product, newest));
    expect(told).toEqual([expect.stringContaining('Stok habis')]);
  });

  test('admins hear once that a product runs low, once that it is out, and again after a restock', async () => {
    await add('1', '2', '3', '4', '5');
    expect(await noted()).toEqual([]);
    await take(2);
    const [low] = await noted();
    expect(low).toContain('Stok menipis');
    expect(low).toContain('Akun &lt;Premium&gt; &amp; &quot;teman&quot;');
    await take(1);
    expect(await noted()).toEqual([]);
    await take(2);
    expect(await noted()).toEqual([expect.stringContaining('Stok habis')]);
    expect(await noted()).toEqual([]);
    await add('6', '7');
    expect(await noted()).toEqual([expect.stringContaining('Stok menipis')]);
  });

  test('units that come back from an expired order do not make the notice come again', async () => {
    await add('1');
    await inTx((tx) => stock.reserve(tx, order, [{ productId: product, quantity: 1 }]));
    expect(await noted()).toHaveLength(1);
    await inTx((tx) => stock.release(tx, order));
    await take(1);
    expect(await noted()).toEqual([]);
  });
});
