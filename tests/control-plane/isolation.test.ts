import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../../control-plane/api/contract/index.ts';
import { createDatabases } from '../../control-plane/fleet/databases/index.ts';
import { createDb } from '../../kernel/db.ts';
import { shortId } from '../../kernel/ids.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

let plane: TestPlane;
let a: Tenant;
let b: Tenant;
beforeAll(async () => {
  plane = await startPlane();
  a = await plane.api.open({ telegramBotToken: plane.newBot().token });
  b = await plane.api.open({ telegramBotToken: plane.newBot().token });
});
afterAll(() => plane.close());

async function connectionOf(tenant: Tenant): Promise<string> {
  return parseEnv(await readFile(join(tenant.folder, 'bot.env'), 'utf8')).DATABASE_URL as string;
}

async function ask(connectionString: string, sql = 'SELECT current_user AS me, current_database() AS here') {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const elsewhere = (url: string, database: string) =>
  Object.assign(new URL(url), { pathname: `/${database}` }).toString();

test("a store's credentials open its own database and may build in it", async () => {
  const url = await connectionOf(a);
  expect(await ask(url)).toEqual([{ me: `lapak_${a.store}`, here: `db_${a.store}` }]);
  await expect(ask(url, 'CREATE TABLE own (id int)')).resolves.toEqual([]);
});

test('they open no other database of the cluster', async () => {
  const url = await connectionOf(a);
  const all = await plane.db.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datallowconn');
  const control = plane.env.LAPAK_CONTROL_DATABASE as string;
  const names = all
    .map(({ datname }) => datname)
    .filter(
      (name) => name !== a.database && (name === control || name === b.database || /^(postgres|template1)$/.test(name)),
    );
  expect(names.sort()).toEqual([b.database, control, 'postgres', 'template1'].sort());
  for (const name of names) {
    await expect(ask(elsewhere(url, name)), name).rejects.toThrow(/permission denied for database/);
  }
});

test('the role can do nothing to the cluster', async () => {
  const url = await connectionOf(a);
  const [role] = await plane.db.query(
    'SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = $1',
    [`lapak_${a.store}`],
  );
  expect(role).toEqual({
    rolsuper: false,
    rolcreatedb: false,
    rolcreaterole: false,
    rolreplication: false,
    rolbypassrls: false,
  });
  await expect(ask(url, 'CREATE DATABASE other')).rejects.toThrow(/permission denied/);
  await expect(ask(url, `SET ROLE lapak_${b.store}`)).rejects.toThrow(/permission denied/);
});

test('a store takes its share of connections, time and disk, and cannot lift the bound on disk', async () => {
  const url = await connectionOf(a);
  const role = `lapak_${a.store}`;
  const [{ rolconnlimit } = {}] = await plane.db.query('SELECT rolconnlimit FROM pg_roles WHERE rolname = $1', [role]);
  expect(rolconnlimit).toBe(40);
  const shown = async (name: string) => Object.values((await ask(url, `SHOW ${name}`))[0])[0];
  expect(await shown('statement_timeout')).toBe('1min');
  expect(await shown('idle_in_transaction_session_timeout')).toBe('1min');
  expect(await shown('temp_file_limit')).toBe('1GB');
  await expect(ask(url, 'SET temp_file_limit = -1')).rejects.toThrow(/permission denied/);
});

test('a store does not write into the log of the cluster what it likes', async () => {
  const url = await connectionOf(a);
  const lines = ['log_min_messages', 'log_min_error_statement', 'log_statement', 'log_min_duration_statement'];
  for (const name of [...lines, 'log_temp_files', 'log_lock_waits']) {
    await expect(ask(url, `SET ${name} = DEFAULT`), name).rejects.toThrow(/permission denied/);
  }
  const [shown] = await ask(
    url,
    "SELECT current_setting('log_min_messages') AS messages, current_setting('log_statement') AS statements",
  );
  expect(shown).toEqual({ messages: 'fatal', statements: 'none' });
});

test('a role that was made before there were limits gets them', async () => {
  const names = { tenantId: randomUUID(), role: 'lapak_of_before', database: 'db_of_before' };
  const databases = createDatabases({ db: plane.db, connectionString: plane.databaseUrl('postgres') });
  const limits = () =>
    plane.db.query('SELECT rolconnlimit, rolconfig FROM pg_roles WHERE rolname = $1', ['lapak_of_before']);
  try {
    await databases.ensure(names, 'a-password');
    const first = await limits();
    await plane.db.query('ALTER ROLE lapak_of_before RESET ALL');
    await plane.db.query('ALTER ROLE lapak_of_before CONNECTION LIMIT -1');
    await databases.ensure(names, 'a-password');
    expect(await limits()).toEqual(first);
    expect(first).toMatchObject([{ rolconnlimit: 40, rolconfig: { length: 9 } }]);
  } finally {
    await databases.drop(names);
  }
});

test('what a removed store left behind does not open for the next of its name', async () => {
  const bot = plane.newBot();
  const first = await plane.api.open({ telegramBotToken: bot.token });
  await ask(await connectionOf(first), 'CREATE TABLE goods AS SELECT 1 AS secret');
  const oldUrl = await connectionOf(first);
  const removal = await plane.api.call<{ operation: { id: string } }>('DELETE', `/v1/tenants/${first.store}`);
  const { steps } = await plane.api.ended(removal.body.operation.id);
  const aside = steps.find(({ name }) => name === 'database')?.detail?.replace('kept as ', '') as string;
  await expect(ask(oldUrl)).rejects.toThrow();
  const next = await plane.api.open({ store: first.store, telegramBotToken: bot.token });
  await expect(ask(elsewhere(await connectionOf(next), aside))).rejects.toThrow(/permission denied for database/);
  expect(await ask(plane.databaseUrl(aside), 'SELECT secret FROM goods')).toEqual([{ secret: 1 }]);
});

test('a database of the same name that is not ours is neither taken nor destroyed', async () => {
  await plane.db.query('CREATE DATABASE db_foreign_one');
  try {
    await expect(plane.api.open({ store: 'foreign-one', telegramBotToken: plane.newBot().token })).rejects.toThrow(
      /TENANT_STATE_CONFLICT/,
    );
    const removal = await plane.api.call<{ operation: { id: string } }>('DELETE', '/v1/tenants/foreign-one?purge=true');
    expect((await plane.api.ended(removal.body.operation.id)).state).toBe('succeeded');
    expect(await plane.db.query("SELECT 1 AS there FROM pg_database WHERE datname = 'db_foreign_one'")).toEqual([
      { there: 1 },
    ]);
  } finally {
    await plane.db.query('DROP DATABASE db_foreign_one');
  }
});

test('a role that is no superuser, and makes databases and roles, looks after stores', async () => {
  const operator = `operator_${shortId()}`;
  await plane.db.query(`CREATE ROLE ${operator} LOGIN CREATEDB CREATEROLE PASSWORD 'x'`);
  await plane.db.query(`GRANT CONNECT ON DATABASE postgres TO ${operator}`);
  const connectionString = Object.assign(new URL(plane.databaseUrl('postgres')), {
    username: operator,
    password: 'x',
  }).toString();
  const db = createDb({ connectionString, max: 1 });
  // In place of a control database of its own.
  await db.query(
    'CREATE TEMP TABLE side_databases (name text, tenant_id uuid, store text, purpose text, operation_id text, made_at timestamptz, drop_after timestamptz)',
  );
  const databases = createDatabases({ db, connectionString });
  const id = shortId();
  const names = { tenantId: randomUUID(), role: `lapak_${id}`, database: `db_${id}` };
  const aside = { role: `lapak_${id}__removed_1`, database: `db_${id}__removed_1` };
  try {
    // Other tests open databases meanwhile, which this role may not close.
    await databases.ensure(names, 'password').catch((error) => expect(error).toMatchObject({ code: 'CONFIG_INVALID' }));
    const url = Object.assign(new URL(elsewhere(connectionString, names.database)), {
      username: names.role,
      password: 'password',
    }).toString();
    await ask(url, 'CREATE TABLE jobs.own AS SELECT 1 AS id');
    await expect(ask(url, 'CREATE SCHEMA more')).rejects.toThrow(/permission denied/);
    expect(await databases.setAside(names, aside)).toBe(true);
    await expect(ask(elsewhere(connectionString, aside.database))).resolves.toHaveLength(1);
    expect(await databases.drop({ ...names, ...aside })).toBe(true);
    expect(await databases.exists({ ...names, ...aside })).toBe(false);
  } finally {
    await db.close();
    for (const { database } of [names, aside]) {
      await plane.db.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    }
    for (const role of [names.role, aside.role]) await plane.db.query(`DROP ROLE IF EXISTS ${role}`);
    await plane.db.query(`DROP OWNED BY ${operator}`);
    await plane.db.query(`DROP ROLE ${operator}`);
  }
});
