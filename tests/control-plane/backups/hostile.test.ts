import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dumpLimit } from '../../../control-plane/recovery/backups/making/dump.ts';
import { readMeta } from '../../../control-plane/recovery/backups/offsite/place.ts';
import { createDb } from '../../../kernel/db.ts';
import { copyShop, withStoreDatabase } from '../../../tenant-runtime/database/index.ts';
import { storeUrl } from '../restores/support.ts';
import { backupsAvailable } from '../support/pg-tools.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { backUp, inStore, openStocked } from './support.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane?.close());

const available = await backupsAvailable();

describe.skipIf(!available)('backups by hand', () => {
  test('a store has no more than 24 of them in a day, and each that is gone makes room', async () => {
    const { store } = await openStocked(plane, 10);
    expect(await backUp(plane, store)).toMatchObject({ state: 'succeeded' });
    await plane.db.query(
      `INSERT INTO backups (id, tenant_id, store, gateway, operation_id, attempt, reason, state, file, password_sealed,
         image, started_at)
       SELECT left(id, 8) || lpad(n::text, 4, '0'), tenant_id, store, gateway, operation_id, attempt + n, reason, state,
         n || file, password_sealed, image, started_at FROM backups, generate_series(1, 23) AS n WHERE store = $1`,
      [store],
    );
    const path = `/v1/tenants/${store}/backups`;
    const refused = await plane.api.call('POST', path);
    expect(refused).toMatchObject({ status: 429, body: { code: 'BACKUP_LIMIT_REACHED' } });
    await plane.db.query("UPDATE backups SET state = 'pruned' WHERE store = $1 AND attempt = 5", [store]);
    expect(await backUp(plane, store)).toMatchObject({ state: 'succeeded' });
  });
});

test.runIf(available)('a database that gives a thousand times what it holds fills no disk with its dump', async () => {
  const tenant = await openStocked(plane, 2_000);
  await inStore(plane, tenant, async (query) => {
    // A constant default is stored once for all rows that are there.
    for (let n = 0; n < 20; n++) {
      const [row] = await query("SELECT string_agg(md5(random()::text), '') AS text FROM generate_series(1, 220)");
      await query(`ALTER TABLE goods ADD COLUMN lure_${n} text DEFAULT '${row?.text}'`);
    }
  });
  const ended = await backUp(plane, tenant.store);
  expect(ended).toMatchObject({ state: 'failed', error: { code: 'BACKUP_FAILED' } });
  expect(ended.error?.message).toMatch(/its dump came to \d+ MB, but the database has [\d.]+ MB only\. .*long default/);
  const folder = join(tenant.folder, 'backups');
  expect((await readdir(folder)).filter((name) => name.includes('.part'))).toEqual([]);
  // The next one is made once the table is gone.
  await inStore(plane, tenant, (query) => query('DROP TABLE goods'));
  expect(await backUp(plane, tenant.store)).toMatchObject({ state: 'succeeded' });
});

test('a dump has half of what the disk spares, where that is less than its database lets expect', () => {
  const of = { database: 10_000_000, folder: '/backups' };
  expect(dumpLimit({ ...of, room: 1e12 })).toMatchObject({ bytes: 72_000_000, fault: { code: 'BACKUP_FAILED' } });
  expect(dumpLimit({ ...of, room: 50_000_000 })).toMatchObject({
    bytes: 25_000_000,
    fault: { code: 'STORAGE_FULL', message: expect.stringContaining('half of what may be used in /backups') },
  });
});

test('a clone refuses a shop that is larger than its memory, and names the table', async () => {
  const tenant = await openStocked(plane, 10);
  await inStore(plane, tenant, async (query) => {
    await query('CREATE TABLE settings (key text, value text, updated_by bigint)');
    await query("INSERT INTO settings SELECT n, repeat('x', 9000000), 1 FROM generate_series(1, 2) AS n");
  });
  const copied = withStoreDatabase(plane.databaseUrl(tenant.database), { asker: 'clone' }, (db) => copyShop(db, db, 1));
  await expect(copied).rejects.toMatchObject({
    code: 'TENANT_STATE_CONFLICT',
    message: expect.stringContaining('settings'),
  });
});

test('a limit of the connection holds against a role that has lifted its own', async () => {
  const tenant = await openStocked(plane, 10);
  const role = tenant.database.replace(/^db_/, 'lapak_');
  await plane.db.query(`ALTER ROLE ${role} SET statement_timeout = 0`);
  const connectionString = await storeUrl(tenant);
  const db = createDb({ connectionString, max: 1, statementTimeoutMillis: 200 });
  await expect(db.query('SELECT pg_sleep(600)')).rejects.toMatchObject({ code: '57014' });
  await db.close();
});

test('no more is read of a meta file than one can have', async () => {
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(16 * 1024);
    })(),
  );
  await expect(readMeta(endless)).rejects.toThrow('more than');
  expect(await readMeta(Readable.from([Buffer.from('{}')]))).toBe('{}');
});
