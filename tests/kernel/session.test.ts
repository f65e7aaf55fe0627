import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDb, type Db } from '../../kernel/db.ts';
import { createJobs } from '../../kernel/jobs.ts';
import { createLog } from '../../kernel/log.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

/* Everything that a database may set for its sessions, and that would change what our statements or their results mean. */
const HOSTILE: Record<string, string> = {
  DateStyle: "'German, DMY'",
  IntervalStyle: 'sql_standard',
  TimeZone: "'Asia/Jayapura'",
  standard_conforming_strings: 'off',
  bytea_output: 'escape',
  extra_float_digits: '-10',
  array_nulls: 'off',
  transform_null_equals: 'on',
  search_path: 'elsewhere',
  row_security: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  client_encoding: 'LATIN1',
  lock_timeout: '1',
  idle_session_timeout: '1000',
};

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await testDatabase('empty');
  for (const [name, value] of Object.entries(HOSTILE)) {
    await database.db.query(`ALTER DATABASE ${database.name} SET ${name} = ${value}`);
  }
  await database.db.query(`ALTER DATABASE ${database.name} SET statement_timeout = '1s'`);
  db = createDb({ connectionString: database.url, max: 2, statementTimeoutMillis: 0 });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

test('a session has our settings, whatever the database says', async () => {
  const [row] = await db.query(
    `SELECT '2026-02-01 03:04:05.678+00'::timestamptz AS at, '02/01/2026'::date::text AS day, '1 day 02:03'::interval::text AS span,
            'a\\b' AS text, '\\x00ff41'::bytea AS bytes, 0.1::float8 + 0.2 AS sum, '{NULL}'::text[] AS nulls,
            (NULL = NULL) AS nothing, 'é' AS letter, current_setting('transaction_isolation') AS isolation,
            current_schemas(false) AS schemas, current_setting('row_security') AS rows`,
  );
  expect(row).toEqual({
    at: new Date('2026-02-01T03:04:05.678Z'),
    day: '2026-02-01',
    span: '1 day 02:03:00',
    text: 'a\\b',
    bytes: Buffer.from([0, 255, 65]),
    sum: 0.1 + 0.2,
    nulls: [null],
    nothing: null,
    letter: 'é',
    isolation: 'read committed',
    schemas: '{public}',
    rows: 'on',
  });
});

test('a statement of ours is not ended by the limit of a database, but by one of its own', async () => {
  await expect(db.query('SELECT pg_sleep(1.2)')).resolves.toHaveLength(1);
  const limited = createDb({ connectionString: database.url, max: 1, statementTimeoutMillis: 20 });
  await expect(limited.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: '57014' });
  await limited.close();
  const asTheDatabaseSays = createDb({ connectionString: database.url, max: 1 });
  await expect(asTheDatabaseSays.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: '57014' });
  await asTheDatabaseSays.close();
});

test('a lock is held for as long as the work takes, in a database that ends idle sessions', async () => {
  const one = createDb({ connectionString: database.url, max: 1 });
  const held = await one.withLock('work', async () => {
    await db.query('SELECT pg_sleep(1.5)');
    return db.withLock('work', async () => 'twice');
  });
  expect(held).toBeUndefined();
  await one.close();
});

test('jobs run in such a database', async () => {
  const log = createLog({ service: 'test', level: 'silent' });
  const queues = {
    settings: { retryLimit: 0, retryDelay: 1, retryDelayMax: 1, expireInSeconds: 60, batchSize: 1 },
  };
  const jobs = createJobs({ connectionString: database.url, schema: 'jobs', queues, log, statementTimeoutMillis: 0 });
  const done = new Promise<Record<string, unknown>>((resolve) => jobs.work('settings', async (data) => resolve(data)));
  await jobs.start();
  await db.tx((tx) => jobs.send(tx, 'settings', { at: '01.02.2026' }));
  expect(await done).toMatchObject({ at: '01.02.2026' });
  await jobs.stop();
});
