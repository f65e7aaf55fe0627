import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import { type Catalog, createCatalog } from '../../tenant-runtime/modules/shop/catalog/index.ts';
import { createAudit } from '../../tenant-runtime/modules/staff/audit/index.ts';
import { createConfiguration, createSnapshots } from '../../tenant-runtime/modules/staff/configuration/index.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let dir: string;
let catalog: Catalog;
const sari = { id: 42, role: 'admin' } as const;

beforeEach(async () => {
  database = await testDatabase('tenant');
  dir = await mkdtemp(join(tmpdir(), 'lapak-audit-'));
  const audit = createAudit({ dir, timeZone: 'UTC', log: pino({ level: 'silent' }) });
  const snapshots = createSnapshots({ sections: [], clock: systemClock });
  const configuration = createConfiguration({ audit, owners: { notify: async () => {} }, snapshots });
  catalog = createCatalog({ configuration, onActivated: async () => {} });
});
afterEach(async () => {
  await database.drop();
  await rm(dir, { recursive: true, force: true });
});

async function create(code: string, name = code): Promise<number> {
  const created = await database.db.tx((tx) =>
    catalog.create(tx, sari, { code, name, price: 15_000, description: null }),
  );
  if (created.kind !== 'created') throw new Error(created.kind);
  return created.productId;
}

const actions = async () =>
  (await database.db.query<{ action: string }>('SELECT action FROM audit_log ORDER BY id')).map((row) => row.action);

async function order(productId: number): Promise<void> {
  await database.db.query("INSERT INTO users (id, first_name) VALUES (1, 'Budi') ON CONFLICT DO NOTHING");
  await database.db.query(
    `WITH made AS (INSERT INTO orders (ref, user_id, method, subtotal, total, checkout_message_id)
                   VALUES ('tg1-x', 1, 'qris', 1, 1, 1) RETURNING id)
     INSERT INTO order_lines (order_id, product_id, name, unit_price, quantity) SELECT id, $1, 'x', 1, 1 FROM made`,
    [productId],
  );
}

describe('the list', () => {
  test('numbers count products on sale, page after page, in the order they were added', async () => {
    const ids: number[] = [];
    for (let n = 1; n <= 12; n += 1) ids.push(await create(`p${n}`));
    await database.db.tx((tx) => catalog.change(tx, sari, ids[1]!, { status: 'inactive' }));
    const second = await catalog.page(database.db, { page: 1 });
    expect(second.items.map((item) => [item.position, item.name])).toEqual([
      [6, 'p7'],
      [7, 'p8'],
      [8, 'p9'],
      [9, 'p10'],
      [10, 'p11'],
    ]);
    expect(second).toMatchObject({ page: 1, pages: 3 });
    for (const { id, position } of second.items) {
      expect((await catalog.atPosition(database.db, position))?.id).toBe(id);
    }
    expect(await catalog.atPosition(database.db, 12)).toBeUndefined();
  });

  test.each([
    [-3, 0],
    [99, 1],
  ])('page %i of an old button is page %i', async (asked, shown) => {
    for (let n = 1; n <= 6; n += 1) await create(`p${n}`);
    const list = await catalog.page(database.db, { page: asked });
    expect(list).toMatchObject({ page: shown, pages: 2 });
    expect(list.items.length).toBeGreaterThan(0);
  });

  test('an empty shop has one empty page', async () => {
    expect(await catalog.page(database.db, { page: 4 })).toEqual({ items: [], page: 0, pages: 1 });
  });

  test('in a category products keep the number they have in the whole list', async () => {
    await create('a');
    const inside = await create('b');
    const [row] = await database.db.query<{ id: number }>(
      "INSERT INTO categories (name) VALUES ('Streaming <&>') RETURNING id",
    );
    expect((await catalog.categories(database.db, 0)).items).toEqual([]);
    await database.db.query('UPDATE products SET category_id = $1 WHERE id = $2', [row!.id, inside]);
    const list = await catalog.page(database.db, { page: 0, categoryId: row!.id });
    expect(list.items).toMatchObject([{ id: inside, position: 2, category: 'Streaming <&>' }]);
    expect(list.pages).toBe(1);
    expect((await catalog.categories(database.db, 0)).items).toMatchObject([{ id: row!.id, name: 'Streaming <&>' }]);
  });
});

describe('changing', () => {
  test('a code is taken in whatever case, until its product is archived', async () => {
    const id = await create('Netflix-1');
    await order(id);
    const again = () =>
      database.db.tx((tx) => catalog.create(tx, sari, { code: 'NETFLIX-1', name: 'x', price: 1, description: null }));
    expect(await again()).toEqual({ kind: 'code_taken' });
    expect(await catalog.codeTaken(database.db, 'netflix-1')).toBe(true);
    expect(await database.db.tx((tx) => catalog.remove(tx, sari, id))).toBe('archived');
    expect(await again()).toMatchObject({ kind: 'created' });
  });

  test('only what changed is in the audit, and a repeat changes nothing', async () => {
    const id = await create('a');
    const change = () => database.db.tx((tx) => catalog.change(tx, sari, id, { price: 20_000, name: 'a' }));
    expect(await change()).toBe('changed');
    expect(await change()).toBe('unchanged');
    const [entry] = await database.db.query("SELECT * FROM audit_log WHERE action = 'product.changed'");
    expect(entry).toMatchObject({
      actor_id: 42,
      actor_role: 'admin',
      target: `product:${id}`,
      before: { price: 15_000 },
      after: { price: 20_000 },
    });
    expect(await actions()).toEqual(['product.created', 'product.changed']);
  });

  test('a product that was never ordered is deleted with its units', async () => {
    const id = await create('a');
    await database.db.query(
      "INSERT INTO stock_units (product_id, content, fingerprint, added_by) VALUES ($1, 'x', 'f', 1)",
      [id],
    );
    expect(await database.db.tx((tx) => catalog.remove(tx, sari, id))).toBe('deleted');
    expect(await database.db.query('SELECT id FROM stock_units')).toEqual([]);
    expect(await database.db.tx((tx) => catalog.remove(tx, sari, id))).toBe('gone');
    expect(await database.db.tx((tx) => catalog.change(tx, sari, id, { price: 1 }))).toBe('gone');
  });

  test('a product that was ordered is archived: what is sold stays, what is not is withdrawn', async () => {
    const id = await create('a');
    await order(id);
    await database.db.query(
      `INSERT INTO stock_units (product_id, content, fingerprint, added_by, status, order_id)
       SELECT $1, 'x', state, 1, state, CASE WHEN state = 'available' THEN NULL ELSE o.id END
         FROM orders o, unnest(ARRAY['available', 'reserved', 'sold']) state`,
      [id],
    );
    expect(await database.db.tx((tx) => catalog.remove(tx, sari, id))).toBe('archived');
    const rows = await database.db.query<{ status: string }>('SELECT status FROM stock_units ORDER BY status');
    expect(rows.map((row) => row.status)).toEqual(['removed', 'reserved', 'sold']);
    expect(await catalog.onSale(database.db, id)).toBeUndefined();
    expect(await catalog.find(database.db, id)).toBeUndefined();
  });
});
