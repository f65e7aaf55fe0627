import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { HealthReport, Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { createSandboxClient } from '../../sandbox/client.ts';
import { type NewStore, newSlug } from '../control-plane/support/api.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { clearAnswers, setAnswers } from '../control-plane/support/fake-answers.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';

let plane: TestPlane;
let shop: Tenant;
let token: string;
beforeAll(async () => {
  // Each check is one that a test asks for.
  plane = await startPlane({ env: { ENABLE_AUTO_HEALTHCHECK: 'false' } });
  ({ tenant: shop, token } = await open());
});
afterAll(() => plane.close());
afterEach(async () => {
  await clearAnswers(shop.folder);
  await createSandboxClient(plane.sandboxUrl).faults.clear();
});

async function open(input: Partial<NewStore> = {}) {
  const bot = plane.newBot();
  return { tenant: await plane.api.open({ telegramBotToken: bot.token, ...input }), token: bot.token };
}

const FINE = {
  ready: true,
  checks: {
    telegram: { ok: true, detail: 'polled' },
    database: { ok: true, detail: 'answers' },
    gateway: { ok: true, detail: 'takes payments' },
  },
};
const says = (answers: Record<string, unknown>) => setAnswers(shop.folder, answers);

async function check(store = shop.store): Promise<HealthReport> {
  const answer = await plane.api.call<HealthReport>('POST', `/v1/tenants/${store}/health`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

/** Beginnings and ends of a store's incidents. */
const incidents = (store = shop.store) =>
  plane.db.query<{ key: string; kind: string; detail: string; open: boolean }>(
    `SELECT regexp_replace(key, '[0-9a-f-]{36}', 'id') AS key, kind, detail, closed_at IS NULL AS open FROM incidents
      WHERE store = $1 ORDER BY id`,
    [store],
  );
const forget = () => plane.db.query('DELETE FROM incidents');

test('a store that is well is found well, in the answer, in its history, in its log and beside its state', async () => {
  await says({ '/readyz': FINE, '/backlog': { waiting: 2, oldestSeconds: 12 } });
  const report = await check();
  expect(report).toMatchObject({ ok: true, occasion: 'request' });
  const results = Object.fromEntries(Object.entries(report.checks).map(([name, { result }]) => [name, result]));
  expect(results).toEqual(
    Object.fromEntries(
      ['runtime', 'intake', 'telegram', 'database', 'queue', 'gateway', 'cpu', 'memory', 'disk', 'logs'].map((name) => [
        name,
        'ok',
      ]),
    ),
  );
  expect(report.checks.queue?.detail).toBe('2 undelivered, the oldest for 12 s');
  const listed = await plane.api.call<{ reports: HealthReport[] }>('GET', `/v1/tenants/${shop.store}/health?limit=1`);
  expect(listed.body.reports).toEqual([report]);
  expect((await plane.api.tenant(shop.store)).health).toEqual({ at: report.at, ok: true, reason: null });
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta' }).format(new Date(report.at));
  const lines = await readFile(join(shop.folder, 'logs', 'health-check', `${day}.log`), 'utf8');
  expect(lines).toContain(`[${report.at}] [ok] request`);
  const { body: metrics } = await plane.api.as(null).call<string>('GET', '/metrics');
  expect(metrics).toMatch(/^lapak_health_checks_total\{check="intake",result="ok"\} \d+$/m);
  expect(metrics).toMatch(/^lapak_tenants_health\{state="running",result="ok"\} 1$/m);
  expect(await incidents()).toEqual([]);
});

test('what an older runtime does not tell is unknown, and no fault', async () => {
  const report = await check();
  expect(report.ok).toBe(true);
  const { intake, database, queue, gateway } = report.checks;
  expect([intake, database, queue, gateway].map((found) => found?.result)).toEqual([
    'ok',
    'unknown',
    'unknown',
    'unknown',
  ]);
});

test('a gateway that takes no payments is an incident of the store at once, and no reason to restart it', async () => {
  const detail = 'takes no payments since 2026-11-30T08:00:00.000Z: key_refused';
  await says({ '/readyz': { ...FINE, checks: { ...FINE.checks, gateway: { ok: false, detail } } } });
  expect((await check()).checks.gateway).toEqual({ result: 'fail', detail });
  await check();
  const known = { key: 'health:id:gateway', kind: 'health', detail: `gateway: ${detail}` };
  expect(await incidents()).toEqual([{ ...known, open: true }]);
  await says({ '/readyz': FINE });
  await check();
  expect(await incidents()).toEqual([{ ...known, open: false }]);
  await forget();
});

test('updates that do not arrive, twice in a row, are one incident with one end', async () => {
  await says({
    '/readyz': { ready: false, checks: { ...FINE.checks, telegram: { ok: false, detail: 'polls are not answered' } } },
  });
  expect((await check()).ok).toBe(false);
  expect(await incidents()).toEqual([]);
  await check();
  await check();
  const told = { key: 'health:id:intake', kind: 'health', detail: 'intake: polls are not answered' };
  expect(await incidents()).toEqual([{ ...told, open: true }]);
  expect((await plane.db.query('SELECT seen FROM incidents'))[0]).toEqual({ seen: 2 });
  await says({ '/readyz': FINE });
  await check();
  expect(await incidents()).toEqual([{ ...told, open: false }]);
  await forget();
});

test('what a runtime says of itself is shown without its secrets', async () => {
  const detail = `token ${token} refused`;
  await says({ '/readyz': { ready: false, checks: { ...FINE.checks, database: { ok: false, detail } } } });
  expect((await check()).checks.database).toEqual({ result: 'fail', detail: 'token [redacted] refused' });
  await says({ '/readyz': FINE });
  await check();
});

test('a token that Telegram does not know any more is told once, as that, and makes the store degraded', async () => {
  await says({ '/readyz': { ready: true, checks: { ...FINE.checks, telegram: { ok: false, detail: '401' } } } });
  const { faults } = createSandboxClient(plane.sandboxUrl);
  await faults.add({ target: 'telegram', kind: '401', method: 'getMe', token, times: 'always' });
  const report = await check();
  expect([report.checks.telegram?.result, report.checks.intake?.result]).toEqual(['fail', 'unknown']);
  await check();
  expect((await incidents()).map(({ key, open }) => [key, open])).toEqual([['health:id:telegram', true]]);
  await eventually(async () =>
    expect(await plane.api.tenant(shop.store)).toMatchObject({
      state: 'degraded',
      reason: expect.stringContaining('telegram: Telegram does not know this bot token'),
    }),
  );
  await faults.clear();
  await check();
  expect((await incidents()).map(({ key, open }) => [key, open])).toEqual([['health:id:telegram', false]]);
  await eventually(async () => expect((await plane.api.tenant(shop.store)).state).toBe('running'));
  await forget();
});

test('a store that hangs is found silent, and holds nobody up', async () => {
  const { tenant: other } = await open();
  await says({ '/readyz': null, '/backlog': null });
  const hanging = check();
  const first = await Promise.race([hanging.then(() => 'the hanging one'), check(other.store).then(() => 'the other')]);
  expect(first).toBe('the other');
  const report = await hanging;
  expect(report.checks.intake).toEqual({ result: 'fail', detail: 'it does not answer in time' });
  expect(report.checks.database?.result).toBe('unknown');
});

test('thresholds of the store are the measure', async () => {
  const { tenant: heavy } = await open({ env: { HEALTH_MEMORY_THRESHOLD: '1', HEALTH_DISK_THRESHOLD: '1' } });
  const first = await check(heavy.store);
  expect([first.checks.memory?.result, first.checks.disk?.result]).toEqual(['fail', 'fail']);
  expect(first.checks.memory?.detail).toMatch(/% of 256 MiB \(threshold 1\)$/);
  await check(heavy.store);
  expect((await incidents(heavy.store)).map(({ key }) => key)).toEqual(['health:id:memory']);
  // The disk is that of all stores.
  expect(await plane.db.query("SELECT kind, store FROM incidents WHERE key = 'platform:disk'")).toEqual([
    { kind: 'platform', store: null },
  ]);
  const body = { env: { HEALTH_MEMORY_THRESHOLD: '100', HEALTH_DISK_THRESHOLD: '100' } };
  const change = await plane.api.call<{ operation: Operation }>('PATCH', `/v1/tenants/${heavy.store}`, body);
  expect((await plane.api.ended(change.body.operation.id)).state).toBe('succeeded');
  await check(heavy.store);
  expect(
    await plane.db.query('SELECT key FROM incidents WHERE closed_at IS NULL AND (store IS NULL OR store = $1)', [
      heavy.store,
    ]),
  ).toEqual([]);
  await forget();
});

test('a store that is stopped is not checked, and what was open is let go', async () => {
  const { tenant } = await open({ store: newSlug(), env: { LOG_USAGE_THRESHOLD_MB: '1' } });
  await writeFile(join(tenant.folder, 'logs', 'much.log'), Buffer.alloc(2 * 1024 * 1024));
  await check(tenant.store);
  await check(tenant.store);
  expect((await incidents(tenant.store)).map(({ key, open }) => [key, open])).toEqual([['health:id:logs', true]]);
  const { body } = await plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${tenant.store}/stop`);
  await plane.api.ended(body.operation.id);
  await eventually(async () => expect((await incidents(tenant.store))[0]?.open).toBe(false));
  const refused = await plane.api.call('POST', `/v1/tenants/${tenant.store}/health`);
  expect([refused.status, refused.body.code]).toEqual([409, 'TENANT_STATE_CONFLICT']);
  expect((await plane.api.tenant(tenant.store)).health).toBeNull();
});

test('a store that does not exist has no health', async () => {
  for (const method of ['GET', 'POST'] as const) {
    expect((await plane.api.call(method, '/v1/tenants/nobody/health')).status).toBe(404);
  }
});
