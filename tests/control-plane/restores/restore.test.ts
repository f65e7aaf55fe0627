import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../../control-plane/api/contract/index.ts';
import { createScratchDatabases } from '../../../control-plane/fleet/databases/index.ts';
import { createDb } from '../../../kernel/db.ts';
import { newSlug } from '../support/api.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { accepted, asStore, backUp, stock, storeUrl, units } from './support.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

async function open(): Promise<Tenant> {
  const tenant = await plane.api.open({ store: newSlug('r'), telegramBotToken: plane.newBot().token });
  await stock(tenant);
  return tenant;
}

const keptOf = (store: string) =>
  plane.db.query<{ name: string; purpose: string }>(
    'SELECT name, purpose FROM side_databases WHERE store = $1 ORDER BY name',
    [store],
  );

test('a restored store is what the backup holds, and what it was is kept aside for a week', async () => {
  const tenant = await open();
  const backup = await backUp(plane.api, tenant.store);
  await asStore(tenant, async (db) => {
    await db.query("UPDATE products SET name = 'Rusak'");
    await db.query('DELETE FROM stock_units WHERE id > 2');
  });
  const operation = await accepted(plane.api, `/v1/backups/${backup.id}/restore`);
  expect(operation).toMatchObject({ kind: 'restore', state: 'succeeded' });
  expect(await units(tenant)).toHaveLength(5);
  const [product] = await asStore(tenant, (db) =>
    db.query('SELECT name, pg_get_userbyid(relowner) AS owner FROM products, pg_class WHERE relname = $1', [
      'products',
    ]),
  );
  expect(product).toEqual({ name: 'Akun', owner: tenant.database.replace(/^db_/, 'lapak_') });
  expect(await plane.api.tenant(tenant.store)).toMatchObject({ state: 'running', operation: null });

  const [kept, ...others] = await keptOf(tenant.store);
  expect(others).toEqual([]);
  expect(kept).toMatchObject({ purpose: 'kept', name: expect.stringMatching(/__kept_\d{14}$/) });
  const role = tenant.database.replace(/^db_/, 'lapak_');
  const [rights] = await plane.db.query(
    "SELECT has_database_privilege($1, datname, 'CONNECT') AS connect, pg_get_userbyid(datdba) = $1 AS owns FROM pg_database WHERE datname = $2",
    [role, kept?.name],
  );
  expect(rights).toEqual({ connect: false, owns: false });
  const former = createDb({ connectionString: plane.databaseUrl(kept?.name as string), max: 1 });
  expect(await former.query('SELECT name FROM products')).toEqual([{ name: 'Rusak' }]);
  await former.close();

  const { body } = await plane.api.call<{ backups: { reason: string; state: string }[] }>(
    'GET',
    `/v1/tenants/${tenant.store}/backups`,
  );
  expect(body.backups[0]).toMatchObject({ reason: 'before-restore', state: 'verified' });

  const besides = (days: number) =>
    createScratchDatabases({
      db: plane.db,
      connectionString: plane.databaseUrl('postgres'),
      clock: { now: () => new Date(Date.now() + days * 86_400_000) },
    });
  expect(await besides(6.9).sweep()).toEqual([]);
  expect(await besides(7.1).sweep()).toEqual([kept?.name]);
  expect(await plane.db.query('SELECT 1 FROM pg_database WHERE datname = $1', [kept?.name])).toEqual([]);
});

test('what happened since the backup and cannot be undone is not done again', async () => {
  const tenant = await open();
  await asStore(tenant, async (db) => {
    await db.query(
      `INSERT INTO orders (ref, user_id, method, subtotal, total, checkout_message_id)
       VALUES ('tg7-open', 7, 'qris', 10000, 10000, 1), ('tg7-late', 7, 'qris', 10000, 10000, 2)`,
    );
    await db.query("UPDATE stock_units SET status = 'reserved', order_id = id WHERE id IN (1, 2)");
    await db.query(
      `INSERT INTO payments (ref, order_id, user_id, gateway, method, amount, status, expires_at, next_check_at)
       SELECT ref, id, 7, 'pakasir', 'qris', 10000, 'pending', now() + interval '1 hour', now() FROM orders`,
    );
    await db.query("INSERT INTO outbox (cause, chat_id, text) VALUES ('a', 7, 'sent since'), ('b', 7, 'still waits')");
    await db.query("INSERT INTO broadcasts (body, created_by, led_by, created_at) VALUES ('Halo', 42, 42, now())");
  });
  const backup = await backUp(plane.api, tenant.store);
  await asStore(tenant, async (db) => {
    await db.query("UPDATE orders SET status = 'delivered', paid_at = now(), delivered_at = now() WHERE id = 1");
    await db.query("UPDATE payments SET status = 'completed', next_check_at = NULL WHERE order_id = 1");
    await db.query("INSERT INTO deliveries (order_id, status, delivered_at) VALUES (1, 'delivered', now())");
    await db.query("UPDATE stock_units SET status = 'sold' WHERE id = 1");
    // An order of after the backup took the third unit.
    await db.query(
      `INSERT INTO orders (ref, user_id, method, subtotal, total, checkout_message_id, status, paid_at, delivered_at)
       VALUES ('tg7-new', 7, 'balance', 10000, 10000, 3, 'delivered', now(), now())`,
    );
    await db.query("UPDATE stock_units SET status = 'sold', order_id = 3 WHERE id = 3");
    // An admin took the fourth out, which is what the restore is to undo.
    await db.query("UPDATE stock_units SET status = 'removed' WHERE id = 4");
    await db.query("UPDATE outbox SET sent_at = now() WHERE cause = 'a'");
    await db.query('INSERT INTO updates (update_id) VALUES (900), (901)');
  });
  const operation = await accepted(plane.api, `/v1/backups/${backup.id}/restore`);
  expect(operation.state).toBe('succeeded');
  expect(operation.steps.find(({ name }) => name === 'carry-over')?.detail).toBe(
    '1 orders delivered since, 1 units sold, 1 messages sent, 2 updates handled',
  );
  await asStore(tenant, async (db) => {
    expect(await db.query('SELECT id, status FROM orders ORDER BY id')).toEqual([
      { id: 1, status: 'delivered' },
      { id: 2, status: 'awaiting_payment' },
    ]);
    expect(await db.query('SELECT status, next_check_at IS NULL AS done FROM payments ORDER BY order_id')).toEqual([
      { status: 'completed', done: true },
      { status: 'pending', done: false },
    ]);
    expect((await units(tenant)).map(({ status }) => status)).toEqual([
      'sold',
      'reserved',
      'removed',
      'available',
      'available',
    ]);
    expect(await db.query('SELECT cause FROM outbox WHERE sent_at IS NULL')).toEqual([{ cause: 'b' }]);
    expect(await db.query('SELECT update_id FROM updates ORDER BY 1')).toEqual([
      { update_id: 900 },
      { update_id: 901 },
    ]);
    expect(await db.query('SELECT status FROM broadcasts')).toEqual([{ status: 'stopped' }]);
    expect(await db.query("SELECT target FROM audit_log WHERE action = 'store.restore'")).toEqual([
      { target: `backup:${backup.file}` },
    ]);
  });
  await accepted(plane.api, `/v1/backups/${backup.id}/restore?withoutBackup=true`);
  expect((await units(tenant)).map(({ status }) => status)).toEqual([
    'sold',
    'reserved',
    'removed',
    'available',
    'available',
  ]);
});

test('a database that cannot be read or is gone is replaced all the same, from a copy elsewhere', async () => {
  const tenant = await open();
  const stopped = await plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${tenant.store}/stop`);
  await plane.api.ended(stopped.body.operation.id);
  const changed = await plane.api.call<{ operation: Operation }>('PATCH', `/v1/tenants/${tenant.store}`, {
    env: { BACKUP_AUTOMATIC_OFFSITE: 'true' },
  });
  await plane.api.ended(changed.body.operation.id);
  const backup = await backUp(plane.api, tenant.store);
  expect(backup.offsite).toMatchObject({ state: 'verified' });
  await rm(backup.local?.path as string);
  await plane.db.query(`DROP DATABASE ${tenant.database} WITH (FORCE)`);
  const operation = await accepted(plane.api, `/v1/backups/${backup.id}/restore`);
  expect(operation).toMatchObject({ state: 'succeeded' });
  const details = Object.fromEntries(operation.steps.map(({ name, detail }) => [name, detail]));
  expect(details).toMatchObject({ check: backup.offsite?.place, 'backup-dump': 'there is no database to back up' });
  expect(await units(tenant)).toHaveLength(5);
  expect(await plane.api.tenant(tenant.store)).toMatchObject({ state: 'stopped' });
  expect(await keptOf(tenant.store)).toEqual([]);
});

test('a backup of a newer version is refused before anything is touched', async () => {
  const tenant = await open();
  const backup = await backUp(plane.api, tenant.store);
  await plane.db.query("UPDATE backups SET migration = '9999_tomorrow' WHERE id = $1", [backup.id]);
  const operation = await accepted(plane.api, `/v1/backups/${backup.id}/restore`);
  expect(operation).toMatchObject({ state: 'failed', error: { code: 'TENANT_STATE_CONFLICT' } });
  expect(operation.error?.message).toMatch(/of a newer version \(9999_tomorrow\)/);
  expect(await plane.api.tenant(tenant.store)).toMatchObject({ state: 'running' });
  expect(operation.steps.map(({ state }) => state)).toEqual([
    'failed',
    ...operation.steps.slice(1).map(() => 'pending'),
  ]);
});

test('a restore or a drill that the disk of the databases has no room for begins nothing', async () => {
  const tenant = await open();
  const backup = await backUp(plane.api, tenant.store);
  await plane.db.query('UPDATE backups SET database_size = 4e15 WHERE id = $1', [backup.id]);
  for (const path of [`/v1/backups/${backup.id}/restore`, `/v1/tenants/${tenant.store}/drills`]) {
    const operation = await accepted(plane.api, path);
    expect(operation).toMatchObject({ state: 'failed', error: { code: 'STORAGE_FULL' } });
    expect(operation.error?.message).toMatch(/needs about 4000000000 MB in \/\S+, and .* stay free for the stores; \d/);
    expect(operation.steps.map(({ name, state }) => [name, state]).slice(0, 2)).toMatchObject([
      ['check', 'failed'],
      [expect.anything(), 'pending'],
    ]);
  }
});

test('a store without its database is not started, and says at once how it gets one', async () => {
  const tenant = await plane.api.open({ store: newSlug('r'), telegramBotToken: plane.newBot().token });
  await accepted(plane.api, `/v1/tenants/${tenant.store}/stop`);
  await plane.db.query(`DROP DATABASE ${tenant.database} WITH (FORCE)`);
  const operation = await accepted(plane.api, `/v1/tenants/${tenant.store}/start`);
  expect(operation).toMatchObject({ state: 'failed', error: { code: 'DATABASE_MISSING' } });
  expect(operation.error?.message).toContain(`lapak backup list ${tenant.store}, then lapak backup restore <id>`);
  expect(operation.steps.find(({ state }) => state === 'failed')?.name).toBe('runtime');
});

test('a purge takes what was kept with it', async () => {
  const tenant = await open();
  const backup = await backUp(plane.api, tenant.store);
  await accepted(plane.api, `/v1/backups/${backup.id}/restore?withoutBackup=true`);
  const [kept] = await keptOf(tenant.store);
  expect(await storeUrl(tenant)).toContain(tenant.database);
  const removed = await plane.api.call<{ operation: Operation }>(
    'DELETE',
    `/v1/tenants/${tenant.store}?purge=true&withoutBackup=true`,
  );
  expect(await plane.api.ended(removed.body.operation.id)).toMatchObject({ state: 'succeeded' });
  expect(await plane.db.query('SELECT 1 FROM pg_database WHERE datname = $1', [kept?.name])).toEqual([]);
});

test('there is nothing to restore of a backup that is not there', async () => {
  const answer = await plane.api.call('POST', '/v1/backups/nothere/restore');
  expect(answer).toMatchObject({ status: 404, body: { code: 'BACKUP_NOT_FOUND' } });
});
