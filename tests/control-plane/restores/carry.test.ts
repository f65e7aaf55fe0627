import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSlug } from '../support/api.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { accepted, asStore, backUp, stock, units } from './support.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

async function open() {
  const tenant = await plane.api.open({ store: newSlug('c'), telegramBotToken: plane.newBot().token });
  await stock(tenant);
  await asStore(tenant, (db) =>
    db.query("INSERT INTO broadcasts (body, created_by, led_by, created_at) VALUES ('Halo', 42, 42, now())"),
  );
  return { tenant, backup: await backUp(plane.api, tenant.store) };
}

test('a broadcast does not reach many a second time although nothing can be taken over', async () => {
  const { tenant, backup } = await open();
  await asStore(tenant, (db) => db.query('ALTER TABLE updates RENAME TO broken'));
  const operation = await accepted(plane.api, `/v1/backups/${backup.id}/restore`);
  expect(operation.state).toBe('succeeded');
  expect(operation.steps.find(({ name }) => name === 'carry-over')).toMatchObject({ state: 'skipped' });
  await asStore(tenant, async (db) => {
    expect(await db.query('SELECT status FROM broadcasts')).toEqual([{ status: 'stopped' }]);
    expect(await db.query("SELECT target FROM audit_log WHERE action = 'store.restore'")).toHaveLength(1);
  });
});

test('what was sold since is not sold again because the database of before was slow for a moment', async () => {
  const { tenant, backup } = await open();
  await asStore(tenant, async (db) => {
    await db.query(
      `INSERT INTO orders (ref, user_id, method, subtotal, total, checkout_message_id, status, paid_at, delivered_at)
       VALUES ('tg7-new', 7, 'balance', 10000, 10000, 3, 'delivered', now(), now())`,
    );
    await db.query("UPDATE stock_units SET status = 'sold', order_id = 1 WHERE id = 1");
    await db.query('ALTER TABLE updates RENAME TO slow');
    await db.query(
      `CREATE FUNCTION is_slow() RETURNS boolean LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'canceling statement due to statement timeout' USING ERRCODE = '57014'; END $$`,
    );
    await db.query('CREATE VIEW updates AS SELECT update_id FROM slow WHERE NOT public.is_slow()');
    await db.query('INSERT INTO slow VALUES (900)');
  });
  const operation = await accepted(plane.api, `/v1/backups/${backup.id}/restore`);
  expect(operation).toMatchObject({ state: 'failed', error: { code: 'POSTGRES_UNAVAILABLE' } });
  await asStore(tenant, (db) =>
    db.query('CREATE OR REPLACE FUNCTION is_slow() RETURNS boolean LANGUAGE sql AS $$ SELECT false $$'),
  );
  expect((await units(tenant))[0]).toEqual({ id: 1, status: 'sold' });
  const again = await accepted(plane.api, `/v1/backups/${backup.id}/restore`);
  expect(again.state).toBe('succeeded');
  expect((await units(tenant))[0]).toEqual({ id: 1, status: 'removed' });
});
