import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { createScratchDatabases } from '../../control-plane/fleet/databases/index.ts';
import { roleName } from '../../control-plane/fleet/tenants/index.ts';
import { shortId } from '../../kernel/ids.ts';
import { storeUrl } from './restores/support.ts';
import { startPlane, type TestPlane } from './support/plane.ts';
import { powers } from './support/powers.ts';

/*
 * Somebody has taken over the container of a store, and with it its DATABASE_URL.
 */

let plane: TestPlane;
let hostile: Tenant;
let neighbour: Tenant;
let url: string;
let control: string;
let hostileId: string;
beforeAll(async () => {
  plane = await startPlane();
  hostile = await plane.api.open({ telegramBotToken: plane.newBot().token });
  neighbour = await plane.api.open({ telegramBotToken: plane.newBot().token });
  url = await storeUrl(hostile);
  control = plane.env.LAPAK_CONTROL_DATABASE as string;
  const [row] = await plane.db.query<{ id: string }>('SELECT id FROM tenants WHERE store = $1', [hostile.store]);
  hostileId = row?.id as string;
});
afterAll(() => plane?.close());

/** What became of each statement, one after another in one session. */
async function attempt(statements: readonly string[], connectionString = url): Promise<(string | 'done')[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    const ends: string[] = [];
    for (const statement of statements) {
      ends.push(
        await client.query(statement).then(
          () => 'done',
          (error: Error) => error.message,
        ),
      );
    }
    return ends;
  } finally {
    await client.end();
  }
}

const may = async (role: string, database: string) => {
  const [row] = await plane.db.query<{ may: boolean }>("SELECT has_database_privilege($1, $2, 'CONNECT') AS may", [
    role,
    database,
  ]);
  return row?.may;
};

const elsewhere = (database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).toString();

test('none of the powers that a DATABASE_URL may be thought to give reaches beyond the store', async () => {
  const [who] = await plane.db.query<{ name: string }>('SELECT current_user AS name');
  const tried = powers({
    ...{ me: roleName(hostile.store), mine: hostile.database, control },
    ...{ other: roleName(neighbour.store), others: neighbour.database, superuser: who?.name as string },
  });
  expect(tried.length).toBeGreaterThan(60);
  await attempt(['CREATE TABLE IF NOT EXISTS lapak_power (line text)']);
  const ends = await attempt(tried);
  expect(tried.filter((_, at) => ends[at] === 'done')).toEqual([]);
});

test('what Postgres lets a role try changes nothing for others', async () => {
  const [me, other] = [roleName(hostile.store), roleName(neighbour.store)];
  await attempt([
    `GRANT CONNECT ON DATABASE ${hostile.database} TO ${other}`,
    `GRANT CONNECT ON DATABASE ${hostile.database} TO PUBLIC`,
    `GRANT ${me} TO ${other}`,
  ]);
  expect(
    await plane.db.query(
      'SELECT 1 FROM pg_database, aclexplode(datacl) a WHERE datname = $1 AND a.grantee NOT IN (datdba, $2::regrole)',
      [hostile.database, me],
    ),
  ).toEqual([]);

  // Neither a lock nor a notification leaves its database, and nobody reads what others ask.
  const [lock, asked] = await (async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("SELECT pg_advisory_lock(hashtextextended('lapak-control-plane', 0)), pg_notify('jobs', 'x')");
    const free = await plane.db.query("SELECT pg_try_advisory_xact_lock(hashtextextended('of nobody', 0)) AS free");
    await plane.restart();
    const { rows } = await client.query(
      "SELECT query FROM pg_stat_activity WHERE usename <> current_user AND query <> ''",
    );
    await client.end();
    return [free, rows] as const;
  })();
  expect(lock).toEqual([{ free: true }]);
  expect(new Set(asked.map((row: { query: string }) => row.query))).toEqual(new Set(['<insufficient privilege>']));

  for (const database of [neighbour.database, control, 'postgres', 'template1']) {
    await expect(attempt(['SELECT 1'], elsewhere(database)), database).rejects.toThrow(
      /permission denied for database/,
    );
  }
});

test('what a restore loads into is closed to the store, and only the database that was loaded is put in place', async () => {
  const names = { tenantId: hostileId, role: roleName(hostile.store), database: hostile.database };
  const scratches = createScratchDatabases({
    db: plane.db,
    connectionString: plane.databaseUrl(control),
    clock: { now: () => new Date() },
  });
  const operationId = (
    await plane.db.query<{ id: string }>('SELECT id FROM operations WHERE tenant_id = $1 LIMIT 1', [hostileId])
  )[0]!.id;
  const side = { name: `${hostile.database}__restore_${shortId()}`, store: hostile.store, operationId };
  const kept = { ...side, name: `${hostile.database}__kept_20260101000000` };
  await scratches.makeScratch(names, side, 'restore', 1e9);
  await expect(attempt(['SELECT 1'], elsewhere(side.name))).rejects.toThrow(/permission denied for database/);
  const { role, password } = await scratches.admit(side.name);
  const inside = Object.assign(new URL(elsewhere(side.name)), { username: role, password }).toString();
  expect(
    await attempt(
      [
        'CREATE SCHEMA jobs',
        'CREATE TABLE loaded AS SELECT current_user AS by',
        'RESET ROLE',
        'SET ROLE NONE',
        `SET ROLE ${roleName(neighbour.store)}`,
      ],
      inside,
    ),
  ).toEqual(['done', 'done', 'done', 'done', expect.stringContaining('permission denied to set role')]);
  await expect(
    attempt(['SELECT 1'], Object.assign(new URL(inside), { pathname: `/${hostile.database}` }).toString()),
  ).rejects.toThrow(/permission denied for database/);

  // A database of the right name that is not the one that was made is not put in place.
  await plane.db.query('UPDATE side_databases SET oid = oid + 1 WHERE name = $1', [side.name]);
  expect(await scratches.swap(names, side.name, kept)).toBe('lost');
  await plane.db.query('UPDATE side_databases SET oid = oid - 1 WHERE name = $1', [side.name]);
  expect(await scratches.swap(names, side.name, kept)).toBe('swapped');
  expect(await scratches.swap(names, side.name, kept)).toBe('swapped');
  expect(await attempt(['SELECT * FROM loaded', 'CREATE SCHEMA more'])).toEqual([
    'done',
    expect.stringContaining('permission denied'),
  ]);
  expect(await plane.db.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [side.name])).toEqual([]);
  await expect(attempt(['SELECT 1'], elsewhere(kept.name))).rejects.toThrow(/permission denied for database/);
  await scratches.drop(kept.name);
});

test('a store that owned its database and used it is taken in hand at the next start, and goes when it is removed', async () => {
  const [me, other] = [roleName(hostile.store), roleName(neighbour.store)];
  await plane.db.query(`ALTER DATABASE ${hostile.database} OWNER TO ${me}`);
  const done = await attempt([
    'CREATE TABLE bait (id int)',
    `GRANT ALL ON bait TO ${other}`,
    `CREATE POLICY trap ON bait TO ${other} USING (true)`,
    `ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO ${other}`,
    `GRANT CREATE ON SCHEMA public TO ${other}`,
    `GRANT ALL ON DATABASE ${hostile.database} TO ${other} WITH GRANT OPTION`,
    `COMMENT ON DATABASE ${hostile.database} IS 'lapak operation x'`,
    `ALTER DATABASE ${hostile.database} SET default_transaction_read_only = on`,
    `ALTER ROLE ${me} SET search_path = public, pg_catalog`,
    `ALTER DATABASE ${hostile.database} IS_TEMPLATE true`,
    'SELECT lo_create(0)',
  ]);
  expect(done.filter((end) => end !== 'done')).toEqual([]);
  // Up to PostgreSQL 15 this makes the role that serves a member of the store's, which no start may stumble over.
  await attempt([`GRANT ${me} TO ${other}`, `GRANT ${me} TO "${control}.api"`]);
  expect(await may(other, hostile.database)).toBe(true);

  await plane.restart();
  await expect.poll(() => may(other, hostile.database)).toBe(false);
  await expect
    .poll(() =>
      plane.db.query(
        `SELECT pg_get_userbyid(datdba) = current_user AS ours, datistemplate AS template,
       shobj_description(d.oid, 'pg_database') AS comment,
       (SELECT count(*) FROM pg_db_role_setting WHERE setdatabase = d.oid) AS settings
     FROM pg_database d WHERE datname = $1`,
        [hostile.database],
      ),
    )
    .toEqual([{ ours: true, template: false, comment: `lapak tenant ${hostileId}`, settings: 0 }]);
  expect(await attempt(['CREATE TABLE its_own (id int)', 'CREATE TABLE jobs.its_own (id int)'])).toEqual([
    'done',
    'done',
  ]);

  const remove = async (store: string, query = '') => {
    const { body } = await plane.api.call<{ operation: Operation }>('DELETE', `/v1/tenants/${store}${query}`);
    return plane.api.ended(body.operation.id);
  };
  // The neighbour's role is held by what the hostile store granted it.
  expect(await remove(neighbour.store, '?purge=true')).toMatchObject({ state: 'succeeded' });
  expect(await plane.db.query('SELECT rolname FROM pg_roles WHERE rolname = $1', [other])).toEqual([]);

  const stays = new pg.Client({ connectionString: url });
  const cut = new Promise((resolve) => stays.on('error', resolve));
  await stays.connect();
  const removed = await remove(hostile.store, '?withoutBackup=true');
  expect(removed).toMatchObject({ state: 'succeeded' });
  await cut;
  const kept = removed.steps.find(({ name }) => name === 'database')?.detail?.replace('kept as ', '') as string;
  const guests = await plane.db.query(
    `SELECT rolname FROM pg_roles WHERE NOT rolsuper AND has_database_privilege(oid, $1, 'CONNECT')`,
    [kept],
  );
  expect(guests).toEqual([]);
  await plane.db.query(`DROP DATABASE ${kept} WITH (FORCE)`);
});
