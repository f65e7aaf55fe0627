import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HealthReport, Tenant } from '../../control-plane/api/contract/index.ts';
import { DOWN_MS } from '../../control-plane/monitoring/health/judge.ts';
import { createDb } from '../../kernel/db.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { type Owner, startOwner } from '../control-plane/support/owner.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';
import { createStillDriver } from '../support/still-driver.ts';

/* A driver that shows what a test tells it to show, a clock that a test sets forward, and checks that a test asks for. */
const driver = createStillDriver();
const OWNER_TOKEN = `636363:${'h'.repeat(35)}`;
const OWNER_ID = 7002;
let ahead = 0;
const clock = { now: () => new Date(Date.now() + ahead) };
let plane: TestPlane;
let owner: Owner;
const shops: Tenant[] = [];

beforeAll(async () => {
  plane = await startPlane({
    driver,
    clock,
    intervals: { dependenciesMs: 300 },
    env: { OWNER_BOT_TOKEN: OWNER_TOKEN, TELEGRAM_OWNER_IDS: String(OWNER_ID), ENABLE_AUTO_HEALTHCHECK: 'false' },
  });
  owner = await startOwner(plane.sandboxUrl, OWNER_TOKEN, OWNER_ID);
  for (let n = 0; n < 3; n++) {
    const shop = await plane.api.open({ telegramBotToken: plane.newBot().token, storeName: `Warung ${n}` });
    // The reconciler only looks: what is shown stays.
    await plane.api.call('POST', `/v1/tenants/${shop.store}/pause`);
    shops.push(shop);
  }
});
beforeEach(() => plane.db.query('DELETE FROM incidents'));
afterAll(async () => {
  await plane.close();
  await driver.end();
});

async function check({ store }: Tenant): Promise<HealthReport> {
  const answer = await plane.api.call<HealthReport>('POST', `/v1/tenants/${store}/health`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

const running = async ({ store }: Tenant, more: object = {}) => {
  const { state: _, ...seen } = await driver.observe(store);
  driver.show(store, { ...seen, state: 'running', ...more });
};
/** Dead for so long that it did not get up by itself. */
async function down({ store }: Tenant): Promise<void> {
  await dies({ store });
  await eventually(async () => expect(await unsettled(store)).toBe(true));
  ahead += DOWN_MS;
}
const dies = async ({ store }: Pick<Tenant, 'store'>) =>
  driver.show(store, { ...(await driver.observe(store)), state: 'exited' });
const unsettled = async (store: string) => {
  const [row] = await plane.db.query<{ is: boolean }>(
    'SELECT unsettled_since IS NOT NULL AS is FROM tenants WHERE store = $1',
    [store],
  );
  return row?.is;
};

const incidents = () =>
  plane.db.query<{ kind: string; open: boolean; detail: string; seconds: number }>(
    `SELECT kind, closed_at IS NULL AS open, detail,
            extract(epoch FROM coalesce(closed_at, opened_at) - opened_at)::float8 AS seconds
       FROM incidents ORDER BY id`,
  );
const shown = async () => (await incidents()).map(({ kind, open }) => `${kind} ${open ? 'open' : 'over'}`);
const told = async (text: string) => (await owner.told()).join('\n').split(text).length - 1;

test('one crash wakes nobody; three in a row are one loop with one end', async () => {
  const [shop] = shops as [Tenant];
  const exit = { code: 137, outOfMemory: true };
  for (const restarts of [1, 2]) {
    await running(shop, { restarts, exit });
    await check(shop);
    await check(shop);
    expect(await shown()).toEqual([]);
  }
  await running(shop, { restarts: 3 });
  await check(shop);
  expect(await shown()).toEqual(['crash_loop open']);
  expect((await incidents())[0]?.detail).toContain('out of memory (exit code 137)');
  await check(shop);
  await running(shop, { restarts: 4 });
  await check(shop);
  expect(await shown()).toEqual(['crash_loop open']);
  ahead += 601_000;
  await check(shop);
  expect(await shown()).toEqual(['crash_loop over']);
  await eventually(async () => {
    expect(await told('Toko berjalan stabil lagi')).toBe(1);
    expect(await told('Toko mati berulang kali')).toBe(1);
  });
  expect(await told('Toko berjalan lagi')).toBe(0);
});

test('when most stores are down at once, that is one incident of the platform', async () => {
  for (const shop of shops) await down(shop);
  for (const shop of shops) {
    await check(shop);
    await check(shop);
  }
  expect(await shown()).toEqual(['platform open']);
  expect((await incidents())[0]?.detail).toBe('3 of 3 stores are not running.');
  for (const shop of shops) await running(shop);
  for (const shop of shops.slice(1)) await check(shop);
  expect(await shown()).toEqual(['platform open']);
  await check(shops[0] as Tenant);
  expect(await shown()).toEqual(['platform over']);
});

test('one store of several that is down is its own incident', async () => {
  const [shop] = shops as [Tenant];
  await dies(shop);
  await check(shop);
  expect(await shown()).toEqual([]);
  await down(shop);
  await check(shop);
  expect(await shown()).toEqual(['runtime_down open']);
  await running(shop);
  await check(shop);
  expect(await shown()).toEqual(['runtime_down over']);
});

test('a driver that does not answer says nothing about any store', async () => {
  const [shop] = shops as [Tenant];
  const before = (await plane.api.tenant(shop.store)).health;
  driver.fail('refuses');
  const answer = await plane.api.call('POST', `/v1/tenants/${shop.store}/health`);
  expect(answer.status).toBeGreaterThanOrEqual(500);
  driver.fail(undefined);
  await down(shop);
  // Back, but the stores may take a moment: what is found now is kept and counts for nothing.
  await eventually(async () => expect((await check(shop)).checks.runtime?.result).toBe('fail'));
  expect(await incidents()).toEqual([]);
  expect((await plane.api.tenant(shop.store)).health).toEqual(before);
  await running(shop);
  ahead += 61_000;
});

test('Postgres that was away is told of when it is back, with how long it took', async () => {
  const [row] = await plane.db.query<{ name: string }>('SELECT current_database() AS name');
  const admin = createDb({ connectionString: plane.databaseUrl('postgres'), max: 1 });
  try {
    await admin.query(`ALTER DATABASE ${row?.name} ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [row?.name]);
    await eventually(() => expect(plane.logged().split('"dependency":"postgres"').length).toBeGreaterThan(1));
    // Two looks at the least, which come 300 ms apart.
    await sleep(3_000);
    await admin.query(`ALTER DATABASE ${row?.name} ALLOW_CONNECTIONS true`);
  } finally {
    await admin.close();
  }
  const [found, ...more] = await eventually(async () => {
    const rows = await incidents();
    expect(rows.map(({ open }) => open)).toEqual([false]);
    return rows;
  });
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    kind: 'platform',
    open: false,
    detail: expect.stringContaining('Postgres is away since'),
  });
  expect(found?.seconds).toBeGreaterThan(2);
  await eventually(async () => expect(await told('Sistem pusat pulih')).toBeGreaterThan(0));
  ahead += 61_000;
});
