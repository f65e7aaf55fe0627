import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
