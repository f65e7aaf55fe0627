import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tenant } from '../../../control-plane/api/contract/index.ts';
import { loadLimit } from '../../../control-plane/recovery/restores/limit.ts';
import { newSlug } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { backupsAvailable } from '../support/pg-tools.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { accepted, asStore, backUp, stock, units } from './support.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane?.close());

const available = await backupsAvailable();

async function open(): Promise<Tenant> {
  const tenant = await plane.api.open({ store: newSlug('h'), telegramBotToken: plane.newBot().token });
  await stock(tenant);
  return tenant;
}

const sidesOf = async ({ database }: Tenant) =>
  (await plane.db.query("SELECT 1 FROM pg_database WHERE starts_with(datname, $1 || '__')", [database])).length +
  (await plane.db.query("SELECT 1 FROM pg_roles WHERE starts_with(rolname, $1 || '__')", [database])).length;

describe.skipIf(!available)('a backup of a store that was taken over', () => {
  test('a small dump that unpacks into a disk full of rows is ended, and the store is what it was', async () => {
    const tenant = await open();
    await asStore(tenant, async (db) => {
      await db.query('CREATE TABLE lure AS SELECT n FROM generate_series(1, 20000) AS n');
      // A constant default is stored once for all rows that are there, is compressed to nothing in a dump, and kept plain by none.
      for (let n = 0; n < 2; n++) {
        await db.query(`ALTER TABLE lure ADD COLUMN t${n} text DEFAULT '${'x'.repeat(1_900)}'`);
        await db.query(`ALTER TABLE lure ALTER COLUMN t${n} SET STORAGE PLAIN`);
      }
    });
    const backup = await backUp(plane.api, tenant.store);
    expect(backup.size).toBeLessThan(2_000_000);
    const paths = [`/v1/tenants/${tenant.store}/drills`, `/v1/backups/${backup.id}/restore?withoutBackup=true`];
    for (const path of paths) {
      const operation = await accepted(plane.api, path);
      expect(operation).toMatchObject({ state: 'failed', error: { code: 'BACKUP_DAMAGED' } });
      expect(operation.error?.message).toMatch(
        /was ended: it came to \d+ MB, but the database had about [\d.]+ MB when it was backed up\. .*Use an older backup/,
      );
      await eventually(async () => expect(await sidesOf(tenant)).toBe(0));
    }
    expect(await units(tenant)).toHaveLength(5);
    expect(await plane.api.tenant(tenant.store)).toMatchObject({ state: 'running', operation: null });
  });

  test('what a dump runs while it is loaded has no more temporary files than the load has room', async () => {
    const tenant = await open();
    await asStore(tenant, async (db) => {
      await db.query('CREATE TABLE spill (n int)');
      await db.query(
        `CREATE FUNCTION spills(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
         $$ BEGIN
              IF pg_catalog.current_database() NOT LIKE '%\\_\\_%' THEN RETURN n; END IF;
              PERFORM * FROM (SELECT pg_catalog.repeat('x', 1000) || g AS t FROM pg_catalog.generate_series(1, 1000000) g ORDER BY 1) s;
              RETURN n;
            END $$`,
      );
      await db.query('CREATE INDEX ON spill (public.spills(n))');
      await db.query('INSERT INTO spill VALUES (1)');
    });
    await backUp(plane.api, tenant.store);
    const operation = await accepted(plane.api, `/v1/tenants/${tenant.store}/drills`);
    expect(operation).toMatchObject({ state: 'failed', error: { code: 'BACKUP_DAMAGED' } });
    expect(operation.error?.message).toMatch(/temporary file size exceeds temp_file_limit/);
  });
});

test.runIf(available)('a drill of a store whose role is gone says how the store gets one', async () => {
  const tenant = await open();
  await backUp(plane.api, tenant.store);
  await accepted(plane.api, `/v1/tenants/${tenant.store}/stop`);
  await plane.db.query(`DROP DATABASE ${tenant.database} WITH (FORCE)`);
  await plane.db.query(`DROP ROLE ${tenant.database.replace(/^db_/, 'lapak_')}`);
  const operation = await accepted(plane.api, `/v1/tenants/${tenant.store}/drills`);
  expect(operation).toMatchObject({ state: 'failed', error: { code: 'DATABASE_MISSING' } });
  expect(operation.error?.message).toContain(`lapak backup list ${tenant.store}, then lapak backup restore <id>`);
});

test('a load has twice what the database had, or the room that there is', () => {
  const of = { backup: { file: 'a.tar.gz.enc' }, expected: 1e9 };
  expect(loadLimit({ ...of, room: undefined })).toMatchObject({
    bytes: 2_064_000_000,
    tooLarge: { code: 'BACKUP_DAMAGED' },
  });
  expect(loadLimit({ ...of, room: 5e8 })).toMatchObject({
    bytes: 5e8,
    tooLarge: { code: 'STORAGE_FULL', message: expect.stringContaining('came to 500 MB') },
  });
});
