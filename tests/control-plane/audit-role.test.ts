import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPlane, type TestPlane } from './support/plane.ts';

let plane: TestPlane;
let serving: string;
let as: pg.Client;

beforeAll(async () => {
  plane = await startPlane();
  await plane.api.open({ store: 'audited', telegramBotToken: plane.newBot().token });
  const roles = await plane.db.query<{ role: string }>(
    `SELECT DISTINCT usename AS role FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'lapak-control-plane'`,
  );
  expect(roles).toHaveLength(1);
  serving = roles[0]?.role as string;
  as = new pg.Client({ connectionString: plane.databaseUrl(plane.env.LAPAK_CONTROL_DATABASE as string) });
  await as.connect();
  await as.query(`SET SESSION AUTHORIZATION ${pg.escapeIdentifier(serving)}`);
});
afterAll(async () => {
  await as.end();
  await plane.close();
});

test.each([
  "UPDATE audit_log SET actor = 'nobody'",
  'DELETE FROM audit_log',
  'TRUNCATE audit_log',
  'DROP TABLE audit_log',
  'ALTER TABLE audit_log DISABLE TRIGGER ALL',
  'ALTER TABLE audit_log RENAME TO other',
  'DROP FUNCTION audit_log_is_append_only() CASCADE',
  "INSERT INTO audit_log (id, at, actor, action, target, result) OVERRIDING SYSTEM VALUE VALUES (1, now(), '', '', '', '')",
  'CREATE ROLE another',
  'CREATE DATABASE another',
  'CREATE TABLE another ()',
  'DELETE FROM schema_migrations',
])('the role that serves cannot: %s', async (statement) => {
  // 42501: not allowed. Taking a number that is there is the one thing that its key stops (23505).
  await expect(as.query(statement)).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|23505)$/) });
});

test('it is no superuser, adds entries and reads them', async () => {
  const { rows } = await as.query(
    `SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls,
            (SELECT count(*)::int FROM audit_log) > 0 AS reads FROM pg_roles WHERE rolname = current_user`,
  );
  expect(rows).toEqual([
    { rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false, reads: true },
  ]);
  await as.query('BEGIN');
  const added = "INSERT INTO audit_log (at, actor, action, target, result) VALUES (now(), 'a', 'b', 'c', 'done')";
  expect((await as.query(added)).rowCount).toBe(1);
  await as.query('ROLLBACK');
});

test('the stores do not share its rights, and a restart gives it another password', async () => {
  const verifier = () => plane.db.query('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [serving]);
  const before = await verifier();
  await plane.restart();
  expect(await verifier()).not.toEqual(before);
  expect((await plane.api.call('GET', '/v1/audit')).status).toBe(200);
  const [row] = await plane.db.query(
    `SELECT has_database_privilege('lapak_audited', current_database(), 'CONNECT') AS store,
            has_database_privilege($1, 'db_audited', 'CONNECT') AS serving`,
    [serving],
  );
  expect(row).toEqual({ store: false, serving: false });
});
