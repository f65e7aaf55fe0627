import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteAnswersBefore } from '../../control-plane/api/idempotency/sql.ts';
import { housekeepingTask } from '../../control-plane/composition/tasks.ts';
import { deleteProgressBefore } from '../../control-plane/fleet/operations/events-sql.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase('control');
});
afterAll(() => database.drop());

const WEEK_AGO = new Date('2026-03-08T00:00:00Z');

test('of an operation that ended long ago the last event stays, of others all', async () => {
  const { db } = database;
  await db.query(
    `INSERT INTO operations (id, tenant_id, store, kind, state, params, requested_by, event_sequence, created_at, finished_at)
     VALUES ('old', gen_random_uuid(), 'a', 'stop', 'succeeded', '{}', 'x', 3, '2026-03-01', '2026-03-01'),
            ('new', gen_random_uuid(), 'b', 'stop', 'succeeded', '{}', 'x', 3, '2026-03-10', '2026-03-10'),
            ('open', gen_random_uuid(), 'c', 'stop', 'running', '{}', 'x', 3, '2026-03-01', NULL)`,
  );
  await db.query(`INSERT INTO operation_events SELECT id, n, '{}' FROM operations CROSS JOIN generate_series(1, 3) n`);
  await deleteProgressBefore(db, WEEK_AGO);
  const left = await db.query(
    'SELECT operation_id AS id, array_agg(sequence ORDER BY sequence) AS kept FROM operation_events GROUP BY 1 ORDER BY 1',
  );
  expect(left).toEqual([
    { id: 'new', kept: [1, 2, 3] },
    { id: 'old', kept: [3] },
    { id: 'open', kept: [1, 2, 3] },
  ]);
});

test('answers kept for repeats are forgotten after their time', async () => {
  const { db } = database;
  await db.query(`INSERT INTO api_keys (id, name, scope, hash, created_at) VALUES ('k', 'k', 'admin', 'h', now())`);
  await db.query(
    `INSERT INTO idempotency_keys (api_key_id, key, request_hash, status, body_sealed, created_at)
     VALUES ('k', 'old', 'h', 200, 's', '2026-03-01'), ('k', 'new', 'h', 200, 's', '2026-03-10')`,
  );
  await deleteAnswersBefore(db, WEEK_AGO);
  expect(await db.query('SELECT key FROM idempotency_keys')).toEqual([{ key: 'new' }]);
});

test('housekeeping that fails at one place goes on with the others, and fails in the end', async () => {
  const done: string[] = [];
  const doing = (name: string, fault?: string) => async () => {
    if (fault !== undefined) throw new Error(fault);
    done.push(name);
  };
  const task = (...faults: (string | undefined)[]) =>
    housekeepingTask({
      log: pino({ enabled: false }),
      expiring: faults.map((fault, n) => ({ expire: doing(`expire ${n}`, fault) })),
      operations: { forgetProgress: doing('progress') },
      scratchDatabases: { sweep: () => doing('scratch databases')().then(() => []) },
    }).run(new AbortController().signal);
  await expect(task('the table is locked', undefined)).rejects.toThrow('the table is locked');
  expect(done.splice(0)).toEqual(['expire 1', 'progress', 'scratch databases']);
  await expect(task('locked', 'locked', 'full')).rejects.toThrow(/^locked; full$/);
  await expect(task(undefined)).resolves.toBeUndefined();
});
