import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAudit } from '../../control-plane/api/audit/index.ts';
import { watchdogTask } from '../../control-plane/fleet/reconciler/index.ts';
import { createAlerts } from '../../control-plane/monitoring/alerts/index.ts';
import { createOwnerMessages } from '../../control-plane/people/owner-messages/index.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const STUCK_AFTER_MS = 60_000;
const SINCE = Date.parse('2026-05-02T03:00:00Z');
const TENANT = '00000000-0000-4000-8000-000000000001';
let database: TestDatabase;
let now = SINCE;

beforeAll(async () => {
  database = await testDatabase('control');
  await database.db.query(
    `INSERT INTO tenants (id, store, gateway, store_name, driver, image, mode, desired_state, admin_ids, owner_ids,
       pakasir_slug, memory_mb, cpus, pids, env, bot_id, bot_username, generation, revision, provisioned_at, state,
       created_at, updated_at, unsettled_since)
     VALUES ($1, 'warung', 'pakasir', 'Warung', 'process', 'x', 'polling', 'running', '{1}', '{}',
       'demo', 256, 1, 64, '{}', 1, 'bot', 1, 1, $2, 'failed', $2, $2, $2)`,
    [TENANT, new Date(SINCE)],
  );
});
afterAll(() => database.drop());

/** One run of a watchdog, so long after the store left its place. @returns keys of the incidents that are open then */
async function look(afterMs: number, trouble?: string): Promise<{ open: string[]; stuck: number }> {
  now = SINCE + afterMs;
  const { db } = database;
  const clock = { now: () => new Date(now) };
  const messages = createOwnerMessages({ db, clock, onQueued: undefined });
  let stuck = 0;
  const watchdog = watchdogTask({
    db,
    clock,
    alerts: createAlerts({ db, clock, audit: createAudit({ db, clock }), messages, ownerIds: [] }),
    metrics: {
      stuckTenants(count) {
        stuck = count;
      },
    },
    reconciler: { trouble: () => (trouble === undefined ? undefined : { reason: trouble, since: clock.now() }) },
    hanging: async () => [],
    stuckAfterMs: STUCK_AFTER_MS,
    everyMs: 3_600_000,
  });
  await watchdog.run(new AbortController().signal);
  const rows = await db.query<{ key: string }>('SELECT key FROM incidents WHERE closed_at IS NULL ORDER BY key');
  return { open: rows.map(({ key }) => key), stuck };
}
const own = `stuck:store:${TENANT}`;

test('a store has its time, is told of when that is over, and stays so while nothing can be seen', async () => {
  expect(await look(STUCK_AFTER_MS - 1)).toEqual({ open: [], stuck: 0 });
  expect(await look(STUCK_AFTER_MS + 1)).toEqual({ open: [own], stuck: 1 });
  await database.db.query('UPDATE tenants SET unsettled_since = NULL');
  expect(await look(STUCK_AFTER_MS + 2, 'the engine is away')).toEqual({ open: [own], stuck: 0 });
  expect(await look(STUCK_AFTER_MS + 3)).toEqual({ open: [], stuck: 0 });
});

test('a store of which the health checks tell already is counted and not told of again', async () => {
  await database.db.query('UPDATE tenants SET unsettled_since = $1', [new Date(SINCE)]);
  await database.db.query(
    `INSERT INTO incidents (key, kind, severity, tenant_id, store, detail, opened_at, seen_at)
     VALUES ('crash_loop:x', 'crash_loop', 'fatal', $1, 'warung', '', now(), now())`,
    [TENANT],
  );
  expect(await look(STUCK_AFTER_MS + 1)).toEqual({ open: ['crash_loop:x'], stuck: 1 });
});
