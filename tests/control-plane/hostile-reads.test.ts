import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../../control-plane/api/contract/index.ts';
import { withSnapshot } from '../../control-plane/recovery/backups/postgres/index.ts';
import {
  CLONE_BOUNDS,
  copyShop,
  countKept,
  migrateStoreDatabase,
  productPhotos,
  queuedWork,
  salesBetween,
  withStoreDatabase,
} from '../../tenant-runtime/database/index.ts';
import { ask } from './backups/support.ts';
import { asStore, stock, storeUrl } from './restores/support.ts';
import { backupsAvailable } from './support/pg-tools.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

/*
 * What the control plane reads of a store's database, when the store has filled it to hurt the reader.
 */

let plane: TestPlane;
let tenant: Tenant;
let url: string;
beforeAll(async () => {
  plane = await startPlane();
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token });
  await stock(tenant);
  url = await storeUrl(tenant);
});
afterAll(() => plane?.close());

const FROM = new Date(0);
const TO = new Date('2100-01-01');

/** Everything that is read of a store while it runs. */
const READS = {
  sales: () => withStoreDatabase(url, { asker: 'digest' }, (db) => salesBetween(db, FROM, TO)),
  queues: (statementTimeoutMillis = 60_000) =>
    withStoreDatabase(url, { asker: 'rehearsal', statementTimeoutMillis }, (db) => queuedWork(db)),
  photos: () => withStoreDatabase(url, { asker: 'clone', bounds: CLONE_BOUNDS }, (db) => productPhotos(db)),
};

/** Builds a trap in the store's own tables, lets `work` read, and takes it away again. */
async function trapped(trap: string[], away: string[], work: () => Promise<unknown>): Promise<void> {
  await asStore(tenant, async (db) => {
    for (const statement of trap) await db.query(statement);
  });
  try {
    await work();
  } finally {
    await asStore(tenant, async (db) => {
      for (const statement of away) await db.query(statement);
    });
  }
}

/** A view in the place of a table, with these columns. */
const inPlaceOf = (table: string, columns: string) =>
  [
    [`ALTER TABLE ${table} RENAME TO ${table}_aside`, `CREATE VIEW ${table} AS SELECT ${columns}`],
    [`DROP VIEW ${table}`, `ALTER TABLE ${table}_aside RENAME TO ${table}`],
  ] as const;

test.each([
  [
    'a value of many megabytes',
    "repeat('9', 20000000) AS id, NULL AS sent_at, NULL AS refused",
    /larger than any/,
    undefined,
  ],
  [
    'rows that are no rows of a store',
    "'x' AS id, NULL AS sent_at, NULL AS refused",
    /holds rows that its runtime does not write/,
    undefined,
  ],
  ['a view that sleeps', '1 AS id, NULL AS sent_at, pg_sleep(3600)::text AS refused', /statement timeout/, 500],
  [
    'rows without end',
    'n AS id, NULL AS sent_at, NULL AS refused FROM generate_series(1, 1e12::int8) n',
    /statement timeout/,
    500,
  ],
] as const)('%s in a table is the error of who reads it, and of nobody else', async (_what, columns, said, millis) => {
  const [trap, away] = inPlaceOf('outbox', columns);
  await trapped([...trap], [...away], async () => {
    await expect(READS.queues(millis)).rejects.toThrow(said);
    expect(await READS.sales()).toEqual({ orders: 0, revenue: 0 });
  });
  expect(await READS.queues()).toEqual({ deliveries: [], messages: [] });
});

test('the words of an error are cut', async () => {
  const [trap, away] = inPlaceOf('outbox', 'trap()::int AS id, NULL AS sent_at, NULL AS refused');
  const fault =
    "CREATE FUNCTION trap() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE '%', repeat('x', 100000); END $$";
  await trapped([fault, ...trap], [...away, 'DROP FUNCTION trap()'], async () => {
    const error: Error = await READS.queues().then(
      () => expect.fail('read'),
      (thrown) => thrown,
    );
    expect(error.message).toMatch(/^x{500}…$/);
  });
});

test('the list of migrations is read within bounds too', async () => {
  const [trap, away] = inPlaceOf('schema_migrations', "1 AS id, repeat('m', 20000000) AS name, now() AS run_on");
  await trapped([...trap], [...away], () => expect(migrateStoreDatabase(url)).rejects.toThrow(/larger than any/));
  expect(await migrateStoreDatabase(url)).toEqual([]);
});

test('functions, operators and settings of the store change nothing of what is read', async () => {
  const role = tenant.database.replace(/^db_/, 'lapak_');
  const raise = (name: string, args: string, returns: string) =>
    `CREATE FUNCTION public.${name}(${args}) RETURNS ${returns} LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$`;
  const settings = [
    'search_path = public, pg_catalog',
    "DateStyle = 'German, DMY'",
    "TimeZone = 'Asia/Jakarta'",
    "bytea_output = 'escape'",
    'default_transaction_read_only = on',
    'standard_conforming_strings = off',
    "IntervalStyle = 'iso_8601'",
    'extra_float_digits = -15',
  ];
  await trapped(
    [
      raise('left', 'text, int', 'text'),
      raise('octet_length', 'text', 'int'),
      raise('now', '', 'timestamptz'),
      raise('to_jsonb', 'orders', 'jsonb'),
      raise('eq', 'text, text', 'boolean'),
      raise('ge', 'timestamptz, timestamptz', 'boolean'),
      'CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.eq)',
      'CREATE OPERATOR public.>= (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = public.ge)',
      'CREATE VIEW public.pg_class AS SELECT 1 AS oid',
      'CREATE VIEW public.pg_namespace AS SELECT 1 AS oid',
      "INSERT INTO orders (ref, user_id, method, subtotal, total, checkout_message_id, status, paid_at) VALUES ('r', 7, 'qris', 10000, 10000, 1, 'paid', '2026-03-04 05:06:07Z')",
      ...settings.map((setting) => `ALTER ROLE ${role} SET ${setting}`),
    ],
    [],
    async () => {
      const march = [new Date('2026-03-04T05:06:07Z'), new Date('2026-03-04T05:06:08Z')] as const;
      const read = withStoreDatabase(url, { asker: 'digest' }, async (db) => ({
        sales: await salesBetween(db, ...march),
        kept: await countKept(db, { deliveries: [1], messages: [] }),
        at: await db.query<{ paid_at: Date }>('SELECT paid_at FROM public.orders'),
      }));
      expect(await read).toEqual({ sales: { orders: 1, revenue: 10000 }, kept: 0, at: [{ paid_at: march[0] }] });
      expect(await READS.queues()).toEqual({ deliveries: [], messages: [] });
      expect(await READS.photos()).toEqual([]);
      const password = decodeURIComponent(new URL(url).password);
      const target = { clusterUrl: plane.databaseUrl('postgres'), database: tenant.database, role, password };
      const counted = await withSnapshot(target, (snapshot) => snapshot.count());
      expect(counted).toMatchObject({ 'public.orders': 1, 'public.stock_units': 5 });
      const shop = await withStoreDatabase(url, { asker: 'clone', bounds: CLONE_BOUNDS }, (db) => copyShop(db, db, 1));
      // There is something already; what it holds was read before that.
      expect(shop).toBeUndefined();
    },
  );
});

const available = await backupsAvailable();

test.skipIf(!available)('a backup of such a store is made, or fails with words of bounded length', async () => {
  // The traps of above are there still.
  const made = await ask(plane, `/v1/tenants/${tenant.store}/backups`);
  expect(made).toMatchObject({ state: 'succeeded' });

  const name = [
    "UPDATE schema_migrations SET name = name || repeat('x', 50000000) WHERE id = (SELECT max(id) FROM schema_migrations)",
  ];
  await asStore(tenant, async (db) => {
    await db.query('SET default_transaction_read_only TO off');
    await db.tx(async (tx) => {
      await tx.query('SET TRANSACTION READ WRITE');
      await tx.query('ALTER TABLE schema_migrations ALTER COLUMN name TYPE text');
      await tx.query(name[0] as string);
      await tx.query('CREATE TABLE guarded (id int)');
      await tx.query('ALTER TABLE guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY');
      await tx.query('CREATE POLICY slow ON guarded USING (pg_sleep(3600) IS NULL)');
    });
  });
  const failed = await ask(plane, `/v1/tenants/${tenant.store}/backups`);
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'BACKUP_FAILED' } });
  expect(failed.error?.message).toContain('row-level security');
  expect(failed.error?.message.length).toBeLessThan(1000);
});
