import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incident, Operation, Tenant } from '../../../control-plane/api/contract/index.ts';
import { eventually } from '../support/eventually.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { mostAtOnce, openStores, QUICK, rolloutsOf, to } from './support.ts';

let plane: TestPlane;
let tenants: Tenant[];
beforeAll(async () => {
  plane = await startPlane({ env: { LAPAK_TENANT_READY_TIMEOUT: '20', LAPAK_UPGRADE_WATCH: '1' } });
  tenants = await openStores(plane, 5);
});
afterAll(() => plane.close());

const { start, show, turn, reached, stores } = rolloutsOf(() => plane.api);
const images = async () =>
  (await Promise.all(tenants.map(({ store }) => plane.api.tenant(store)))).map(({ image }) => image).sort();
const operation = async (id: string | null) => (await plane.api.call<Operation>('GET', `/v1/operations/${id}`)).body;
const incidents = async () =>
  (await plane.api.call<{ incidents: Incident[] }>('GET', '/v1/incidents')).body.incidents.filter(
    ({ kind }) => kind === 'rollout_halted',
  );
const ALL = { all: true } as const;

test('a bad image stops at the canary, and never comes to a store that it failed on', async () => {
  const { id } = await start({ ...QUICK, change: to('crash:1'), target: ALL });
  const halted = await reached(id, 'halted');
  expect(halted).toMatchObject({
    at: 0,
    total: 5,
    reason: 'The canary failed: 1 of its stores.',
    counts: { failed: 1, waiting: 4, running: 0 },
    waves: [
      { name: 'canary', stores: 1, done: 1, failed: 1 },
      { name: 'rest', stores: 4, done: 0, failed: 0 },
    ],
  });
  expect(await images()).toEqual(Array(5).fill('good:1'));
  const first = (await stores(id)).find(({ state }) => state === 'failed');
  expect(first?.detail).toMatch(/^UPGRADE_ROLLED_BACK: .*exit code 3/s);
  expect(await incidents()).toMatchObject([{ store: null, closedAt: null }]);

  // Whoever resumes it meets the same image: the next store is the canary, and the first is left alone.
  await turn(id, 'resume');
  await eventually(async () => expect(await show(id)).toMatchObject({ state: 'halted', counts: { skipped: 1 } }));
  const lines = await stores(id);
  expect(lines.find(({ store }) => store === first?.store)).toMatchObject({
    state: 'skipped',
    detail: `this image failed on it before, in the operation ${first?.operation}`,
  });
  expect(lines.filter(({ state }) => state === 'failed')).toHaveLength(1);
  expect(lines.filter(({ wave }) => wave === 0)).toHaveLength(2);

  await turn(id, 'abort');
  const aborted = await reached(id, 'aborted');
  expect(aborted.counts).toMatchObject({ failed: 1, skipped: 4, waiting: 0, running: 0 });
  expect((await incidents()).map(({ closedAt }) => closedAt === null)).toEqual([false, false]);
  expect(await images()).toEqual(Array(5).fill('good:1'));

  // By itself the upgrade is allowed, and a pair is remembered for the next rollout too.
  const upgrade = { image: 'crash:1', withoutBackup: true };
  const single = await plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${first?.store}/upgrade`, upgrade);
  expect(single.status).toBe(202);
  await plane.api.ended(single.body.operation.id);
  const again = await start({ ...QUICK, change: to('crash:1'), target: { stores: [first?.store ?? ''] } });
  expect(await reached(again.id, 'succeeded')).toMatchObject({ counts: { skipped: 1, succeeded: 0 } });
});

test('a good image goes out in waves, so many at one time, and comes back', async () => {
  const { id, waves } = await start({
    change: to('good:2'),
    target: ALL,
    canary: 1,
    bakeSeconds: 1,
    waves: [40],
    perMachine: 2,
  });
  expect(waves.map(({ name, stores: size }) => `${name} ${size}`)).toEqual(['canary 1', 'wave 1 2', 'rest 2']);
  expect(await reached(id, 'succeeded')).toMatchObject({ at: 2, counts: { succeeded: 5 }, reason: null });
  expect(await images()).toEqual(Array(5).fill('good:2'));
  const lines = await stores(id);
  const operations = await Promise.all(lines.map((line) => operation(line.operation)));
  expect(operations.map(({ requestedBy }) => requestedBy)).toEqual(Array(5).fill(expect.stringMatching(/^key:/)));
  expect(mostAtOnce(operations)).toBeLessThanOrEqual(2);
  const times = (wave: number, of: 'createdAt' | 'finishedAt') =>
    operations.filter((_, at) => lines[at]?.wave === wave).map((each) => Date.parse(each[of] ?? ''));
  for (const wave of [0, 1]) {
    expect(Math.min(...times(wave + 1, 'createdAt'))).toBeGreaterThanOrEqual(Math.max(...times(wave, 'finishedAt')));
  }
  const baked = Math.min(...times(1, 'createdAt')) - Math.max(...times(0, 'finishedAt'));
  expect(baked).toBeGreaterThanOrEqual(1000);

  // One of them has gone on meanwhile: it is not taken back.
  const other = tenants[0]?.store ?? '';
  const upgrade = { image: 'good:3', withoutBackup: true };
  const single = await plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${other}/upgrade`, upgrade);
  await plane.api.ended(single.body.operation.id);
  expect(await turn(id, 'revert')).toMatchObject({ state: 'reverting', finishedAt: null });
  expect(await reached(id, 'reverted')).toMatchObject({ counts: { reverted: 4, skipped: 1, succeeded: 0 } });
  expect(await images()).toEqual(['good:1', 'good:1', 'good:1', 'good:1', 'good:3']);
  expect((await stores(id)).find(({ store }) => store === other)?.detail).toBe('it has another image by now');
  expect(await turn(id, 'revert')).toMatchObject({ state: 'reverted' });
});
