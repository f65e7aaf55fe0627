import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAudit } from '../../../control-plane/api/audit/index.ts';
import { SYSTEM } from '../../../control-plane/api/caller.ts';
import { StartRolloutRequest } from '../../../control-plane/api/contract/index.ts';
import { imageNotFound } from '../../../control-plane/fleet/drivers/faults.ts';
import {
  countRollouts,
  createRollouts,
  createRolloutTask,
  createStoreChanges,
} from '../../../control-plane/fleet/rollouts/index.ts';
import { createAlerts } from '../../../control-plane/monitoring/alerts/index.ts';
import type { Queryable } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import { noFailpoint } from '../../../kernel/failpoint.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';
import type { Request } from './support.ts';

/*
 * The rows of stores without their runtimes: an engine that says what an image stands for, and stores that are all held by
 * operations.
 */

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase('control');
});
afterAll(() => database.drop());
beforeEach(() => database.db.query('TRUNCATE rollouts, tenants CASCADE'));

const insertTenants = (count: number) =>
  database.db.query(
    `INSERT INTO tenants (id, store, gateway, store_name, driver, image, mode, desired_state, admin_ids, owner_ids,
       pakasir_slug, memory_mb, cpus, pids, env, bot_id, bot_username, generation, revision, state, created_at, updated_at,
       provisioned_at)
     SELECT gen_random_uuid(), 's' || n, 'qris', 'Toko', 'docker', 'shop:1', 'auto', 'running', '{42}', '{}', 'demo', 256,
       0.5, 128, '{}', n, 'bot' || n, 1, 1, 'running', now(), now(), now()
     FROM generate_series(1, $1::int) AS n`,
    [count],
  );

function compose() {
  let now = Date.now();
  let largest = 0;
  const watched = (on: Queryable): Queryable['query'] =>
    async function query<R>(text: string, values?: readonly unknown[]): Promise<R[]> {
      const rows = await on.query<R>(text, values);
      largest = Math.max(largest, rows.length);
      return rows;
    };
  const { db } = database;
  const counted = {
    ...db,
    query: watched(db),
    tx: ((work) => db.tx((tx) => work({ ...tx, query: watched(tx) }))) satisfies typeof db.tx,
  };
  const content = {
    id: 'sha256:aaaaaaaaaaaa',
    fault: undefined as AppError | undefined,
    async image() {
      if (content.fault) throw content.fault;
      return content.id;
    },
    observe: async () => missing,
  };
  const missing = { store: 's1', state: 'missing' } as const;
  const asked: string[] = [];
  const held = async (store: string): Promise<never> => {
    asked.push(store);
    throw new AppError('OPERATION_IN_PROGRESS', 'The operation x holds the store.');
  };
  const clock = { now: () => new Date(now) };
  const audit = createAudit({ db, clock });
  const alerts = createAlerts({ db, clock, audit, messages: { enqueueIncident: async () => {} }, ownerIds: [] });
  const tenants = { upgrade: held, update: held, run: held, suspend: held, resume: held };
  const deps = {
    ...{ db: counted, clock, audit, alerts, driver: content, image: 'shop:2', failpoint: noFailpoint },
    ...{ tenants, backup: held, log: pino({ level: 'silent' }), activate: () => {} },
    keysInForce: async (ids: readonly string[]) => [...ids],
  };
  const rollouts = createRollouts(deps);
  const task = createRolloutTask({ ...deps, changes: createStoreChanges(deps) });
  return {
    ...{ content, asked, rollouts },
    start: (request: Partial<Request>) =>
      rollouts.start(
        StartRolloutRequest.parse({ change: { kind: 'image' }, target: { all: true }, ...request }),
        SYSTEM,
      ),
    /** One run of the task, so many seconds later. @returns the rows of its largest answer, and when it runs next */
    async run(seconds = 0): Promise<{ largest: number; nextMs: number | undefined }> {
      now += seconds * 1000;
      largest = 0;
      const nextMs = (await task.run(new AbortController().signal)) ?? undefined;
      return { largest, nextMs };
    },
  };
}

test('a run reads few rows, however many stores a rollout has', async () => {
  await insertTenants(10_000);
  const { start, run, rollouts, asked } = compose();
  const { id, total, waves } = await start({ canary: 0, waves: [1, 50], perMachine: 7 });
  expect([total, waves.map(({ stores }) => stores)]).toEqual([10_000, [100, 5000, 4900]]);
  const first = await run();
  // The wave's stores are all held: each is tried once, a few at one time.
  expect(asked).toHaveLength(100);
  expect(new Set(asked).size).toBe(100);
  expect(first.largest).toBeLessThanOrEqual(50);
  expect((await rollouts.list({ before: null, limit: 50 })).map((each) => each.counts.waiting)).toEqual([10_000]);
  const [line] = await rollouts.stores(id, { state: 'waiting', after: null, limit: 1 });
  expect(line).toMatchObject({ state: 'waiting', detail: 'The operation x holds the store.' });
});

test('a store that is held is tried again after a while, and not sooner', async () => {
  await insertTenants(1);
  const { start, run, asked } = compose();
  await start({});
  const { nextMs } = await run();
  expect([asked.length, nextMs]).toEqual([1, expect.any(Number)]);
  await run(29);
  expect(asked).toHaveLength(1);
  await run(2);
  expect(asked).toHaveLength(2);
});

test('a name that stands for another content than at the start halts it', async () => {
  await insertTenants(3);
  const { start, run, rollouts, content, asked } = compose();
  const { id, change } = await start({});
  expect(change).toEqual({ kind: 'image', image: 'shop:2' });
  content.id = 'sha256:bbbbbbbbbbbb';
  await run();
  expect(await rollouts.show(id)).toMatchObject({ state: 'halted', reason: expect.stringContaining('shop:2') });
  expect(asked).toEqual([]);
  expect(await countRollouts(database.db)).toEqual({ active: 0, halted: 1 });
});

test('an image that was deleted from the engine halts it with what to do; an engine that is away does not', async () => {
  await insertTenants(3);
  const { start, run, rollouts, content, asked } = compose();
  const { id } = await start({});
  content.fault = new AppError('DRIVER_UNAVAILABLE', 'The engine does not answer.');
  await run();
  expect(await rollouts.show(id)).toMatchObject({ state: 'running', reason: null });
  content.fault = imageNotFound('shop:2');
  await run();
  expect(await rollouts.show(id)).toMatchObject({
    state: 'halted',
    reason: expect.stringMatching(/docker pull shop:2[\s\S]*resume the rollout, or abort it/),
  });
  expect(asked).toEqual([]);
  const halted = "SELECT count(*)::int AS count FROM incidents WHERE kind = 'rollout_halted' AND key = $1";
  await run();
  expect(await database.db.query(halted, [`rollout:${id}`])).toEqual([{ count: 1 }]);
  // With the image it goes on where it stopped.
  content.fault = undefined;
  await rollouts.act(id, 'resume', SYSTEM);
  await run();
  expect(asked).toHaveLength(1);
});

test('a store that has the content, or on which it failed, is left alone; the canary is another', async () => {
  await insertTenants(4);
  const { start, run, rollouts, content, asked } = compose();
  const set = (column: string, store: string) =>
    database.db.query(`UPDATE tenants SET ${column} = $1 WHERE store = $2`, [content.id, store]);
  await set('image_id', 's1');
  await set('image_id', 's2');
  await database.db.query(
    `INSERT INTO failed_images (tenant_id, image_id, operation_id, failed_at)
     SELECT id, $1, 'op1', now() FROM tenants WHERE store = 's3'`,
    [content.id],
  );
  const { id } = await start({ canary: 4, bakeSeconds: 0 });
  await run();
  const lines = await rollouts.stores(id, { state: 'skipped', after: null, limit: 10 });
  expect(Object.fromEntries(lines.map(({ store, detail }) => [store, detail]))).toEqual({
    s1: 'it has this image already',
    s2: 'it has this image already',
    s3: 'this image failed on it before, in the operation op1',
  });
  expect(asked).toEqual(['s4']);
});
