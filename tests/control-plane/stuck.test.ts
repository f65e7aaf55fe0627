import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { createOrphans } from '../../control-plane/fleet/reconciler/index.ts';
import { createStillDriver } from '../support/still-driver.ts';
import { eventually } from './support/eventually.ts';
import { type Owner, startOwner } from './support/owner.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

/* Behind this control plane is a driver that shows what a test tells it to show, and a clock that a test sets forward. */
const driver = createStillDriver();
const OWNER_TOKEN = `535353:${'s'.repeat(35)}`;
const OWNER_ID = 7001;
/** Longer than a store may be elsewhere, and than the longest wait for another attempt, however many a slow machine has made. */
const LATER_MS = 400_000;
let ahead = 0;
const clock = { now: () => new Date(Date.now() + ahead) };
let plane: TestPlane;
let owner: Owner;
let tenant: Tenant;

beforeAll(async () => {
  plane = await startPlane({
    driver,
    clock,
    intervals: { sweepMs: 1_000, watchdogMs: 500 },
    env: { OWNER_BOT_TOKEN: OWNER_TOKEN, TELEGRAM_OWNER_IDS: String(OWNER_ID), ENABLE_AUTO_HEALTHCHECK: 'false' },
  });
  owner = await startOwner(plane.sandboxUrl, OWNER_TOKEN, OWNER_ID);
  tenant = await plane.api.open({ telegramBotToken: plane.newBot().token, storeName: 'Warung Macet' });
});
afterAll(async () => {
  driver.fail(undefined);
  await plane.close();
  await driver.end();
});

const metric = async (name: string) => {
  const { body } = await plane.api.as(null).call<string>('GET', '/metrics');
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(body)?.[1]);
};
const incidents = () =>
  plane.db.query<{ kind: string; open: boolean; detail: string }>(
    'SELECT kind, closed_at IS NULL AS open, detail FROM incidents ORDER BY id',
  );
/** What the owner has been told since `before`, once there is something. */
async function toldSince(before: number): Promise<string[]> {
  return eventually(async () => {
    const told = (await owner.told()).slice(before);
    expect(told.length).toBeGreaterThan(0);
    return told;
  });
}

test('a store that is not where it should be is told of once when it lasts, and once when it is over', async () => {
  const before = (await owner.told()).length;
  driver.refuseStarts('the image is not there');
  driver.show(tenant.store, undefined);
  await eventually(async () =>
    expect(await plane.api.tenant(tenant.store)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('the image is not there'),
      observed: { state: 'missing', generation: null },
    }),
  );
  expect(await metric('lapak_stuck_tenants')).toBe(0);
  // Another attempt is made, and says nothing new.
  const attempts = driver.refusals();
  ahead += LATER_MS;
  await eventually(() => expect(driver.refusals()).toBeGreaterThan(attempts));
  const [told, ...more] = await toldSince(before);
  expect(more).toEqual([]);
  expect(told).toMatch(/Warung Macet[\s\S]*Toko tidak berjalan[\s\S]*the image is not there/);
  expect(await metric('lapak_stuck_tenants')).toBe(1);
  expect(plane.logged().match(/a store could not be brought in line/g)).toHaveLength(1);
  driver.refuseStarts(undefined);
  ahead += LATER_MS;
  const [over, ...others] = await toldSince(before + 1);
  expect(over).toContain('Toko berjalan lagi');
  expect(others).toEqual([]);
  await eventually(async () => {
    const { state, generation, observed } = await plane.api.tenant(tenant.store);
    expect([state, observed.generation]).toEqual(['running', generation]);
    expect(await metric('lapak_stuck_tenants')).toBe(0);
  });
});

test('when somebody stops a store that is stuck, nobody is told that it runs', async () => {
  const before = (await owner.told()).length;
  driver.refuseStarts('the image is not there');
  driver.show(tenant.store, undefined);
  await eventually(async () => expect((await plane.api.tenant(tenant.store)).state).toBe('failed'));
  ahead += LATER_MS;
  await toldSince(before);
  const change = async (what: 'stop' | 'start') => {
    const path = `/v1/tenants/${tenant.store}/${what}`;
    return plane.api.ended((await plane.api.call<{ operation: Operation }>('POST', path)).body.operation.id);
  };
  expect((await change('stop')).state).toBe('succeeded');
  const [over, ...more] = await toldSince(before + 1);
  expect(over).toContain('Selesai: toko dihentikan atau ditutup');
  expect(more).toEqual([]);
  driver.refuseStarts(undefined);
  expect((await change('start')).state).toBe('succeeded');
});

test('a runtime without a store is told of once, listed, left alone, and its end is told', async () => {
  const before = (await owner.told()).length;
  driver.show('nobody', { state: 'running', id: 'abc' });
  const [told] = await toldSince(before);
  expect(told).toMatch(/Ada proses toko yang tidak dikenal[\s\S]*nobody: running, abc/);
  const listed = await plane.api.call<{ orphans: { store: string }[] }>('GET', '/v1/orphans');
  expect(listed.body.orphans).toEqual([
    { store: 'nobody', state: 'running', id: 'abc', generation: null, startedAt: null },
  ]);
  expect(driver.calls.filter((call) => call.endsWith('nobody'))).toEqual([]);
  driver.show('nobody', undefined);
  const [over, ...more] = await toldSince(before + 1);
  expect(over).toContain('Proses yang tidak dikenal sudah tidak ada');
  expect(more).toEqual([]);
});

test('what has ended or become a store by a second look is no runtime without a store', async () => {
  const { alerts, metrics } = plane.services;
  const { report } = createOrphans({ db: plane.db, driver, alerts, metrics, log: pino({ level: 'silent' }) });
  const told = async () => (await incidents()).filter(({ kind }) => kind === 'orphan_runtime').length;
  const before = await told();
  expect((await driver.observe(tenant.store)).state).toBe('running');
  await report(['gone', tenant.store]);
  expect(await told()).toBe(before);
});

test('an operation that goes on after all of its deadlines is told of, and so is its end', async () => {
  const before = (await owner.told()).length;
  driver.fail('hangs');
  const path = `/v1/tenants/${tenant.store}/restart`;
  const { operation } = (await plane.api.call<{ operation: Operation }>('POST', path)).body;
  const shown = async () => (await plane.api.call<Operation>('GET', `/v1/operations/${operation.id}`)).body;
  await eventually(async () => expect((await shown()).steps[0]?.state).toBe('running'));
  await eventually(async () => {
    // In small steps: hours would wake whatever has its schedule, too.
    ahead += 10_000;
    const open = (await incidents()).filter(({ kind, open }) => kind === 'operation_stuck' && open);
    expect(open.map(({ detail }) => detail)).toEqual([expect.stringContaining(`restart ${operation.id}: stop`)]);
  });
  expect(await metric('lapak_stuck_tenants')).toBe(1);
  driver.fail(undefined);
  await plane.api.call('POST', `/v1/operations/${operation.id}/cancel`);
  await plane.api.ended(operation.id);
  await eventually(async () => {
    const told = (await owner.told()).slice(before);
    expect(told.filter((text) => text.includes('Operasi macet'))).toHaveLength(1);
    expect(told.filter((text) => text.includes('Operasi selesai'))).toHaveLength(1);
  });
});

test('an operation that goes back again and again is given up', async () => {
  const { ensure } = driver;
  // A start that leaves nothing behind, whatever it says.
  driver.ensure = async ({ store }) => ({ store, state: 'running' });
  const path = `/v1/tenants/${tenant.store}/restart`;
  const { operation } = (await plane.api.call<{ operation: Operation }>('POST', path)).body;
  const ended = await plane.api.ended(operation.id);
  driver.ensure = ensure;
  expect(ended).toMatchObject({ state: 'failed', error: { code: 'INTERNAL' } });
  expect(ended.error?.message).toMatch(/^It had to go back to the step \w+ too often\.$/);
});
