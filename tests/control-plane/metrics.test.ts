import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { createMetrics } from '../../control-plane/monitoring/metrics/index.ts';
import { parsePrometheus } from '../support/prometheus.ts';
import { createStillDriver } from '../support/still-driver.ts';
import { stock } from './restores/support.ts';
import { eventually } from './support/eventually.ts';
import { startOwner } from './support/owner.ts';
import { backupsAvailable } from './support/pg-tools.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

/* Behind this control plane is a driver that shows what a test tells it to show, and a clock that a test sets forward. */
const driver = createStillDriver();
const OWNER_TOKEN = `636363:${'m'.repeat(35)}`;
const OWNER_ID = 7002;
const withBackups = await backupsAvailable();
let ahead = 0;
let plane: TestPlane;
let ukur: Tenant;

beforeAll(async () => {
  plane = await startPlane({
    driver,
    clock: { now: () => new Date(Date.now() + ahead) },
    intervals: { sweepMs: 500, watchdogMs: 300, metricsMs: 50 },
    env: { OWNER_BOT_TOKEN: OWNER_TOKEN, TELEGRAM_OWNER_IDS: String(OWNER_ID), ENABLE_AUTO_HEALTHCHECK: 'false' },
  });
  await startOwner(plane.sandboxUrl, OWNER_TOKEN, OWNER_ID);
  ukur = await plane.api.open({ store: 'ukur', telegramBotToken: plane.newBot().token });
  await plane.api.open({ store: 'timbang', telegramBotToken: plane.newBot().token });
});
afterAll(async () => {
  await plane.close();
  await driver.end();
});

async function scrape() {
  const answer = await fetch(`${plane.url}/metrics`);
  expect(answer.headers.get('content-type')).toContain('version=0.0.4');
  return parsePrometheus(await answer.text());
}
const value = async (series: string) => (await scrape()).series.get(series);
const shows = (series: string, expected: unknown) =>
  eventually(async () => expect([series, await value(series)]).toEqual([series, expected]));
const post = async (path: string) => {
  const answer = await plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${path}`);
  expect(answer.status).toBe(202);
  return answer.body.operation;
};
const aboutAs = (seconds: number) => expect.closeTo(seconds, -2);
const positive = expect.toSatisfy((seen: unknown) => typeof seen === 'number' && seen > 0);

test('every family says what it is, no series comes twice, and no secret of a store is in it', async () => {
  const text = await (await fetch(`${plane.url}/metrics`)).text();
  const { families } = parsePrometheus(text);
  for (const [name, { help }] of families) expect([name, help.length > 10]).toEqual([name, true]);
  for (const name of families.keys()) expect(name).toMatch(/^lapak_/);
  const env = parseEnv(await readFile(join(ukur.folder, 'bot.env'), 'utf8'));
  const secrets = Object.entries(env).filter(([name]) => /TOKEN|SECRET|PASSWORD|KEY$|DATABASE_URL/.test(name));
  expect(secrets.length).toBeGreaterThan(4);
  for (const [name, secret] of secrets) if (secret) expect([name, text.includes(secret)]).toEqual([name, false]);
  expect(text).not.toContain(plane.api.key?.split('_').slice(2).join('_'));
});

test('what a label holds is escaped', async () => {
  const none = async () => ({});
  const text = await createMetrics({
    tenantsByState: async () => ({ 'a "state"\\\n# TYPE x': 2 }),
    queue: async () => ({ waiting: 0, oldestSeconds: 0 }),
    reconcileLag: async () => 0,
    health: async () => [],
    incidentsByKind: none,
    backups: async () => [],
    drills: async () => [],
    tasks: () => [],
    everyMs: 0,
  }).text();
  const [only] = parsePrometheus(text).families.get('lapak_tenants')?.samples ?? [];
  expect(only).toMatchObject({ labels: { state: 'a "state"\\\n# TYPE x' }, value: 2 });
});

test('stores by state, operations by kind and result, and requests by route are counted', async () => {
  await shows('lapak_tenants{state="running"}', 2);
  const stops = 'lapak_operation_duration_seconds_count{kind="stop",result="succeeded"}';
  expect(await value(stops)).toBeUndefined();
  expect(await value('lapak_operation_duration_seconds_count{kind="provision",result="succeeded"}')).toBe(2);
  await plane.api.ended((await post('timbang/stop')).id);
  await shows(stops, 1);
  await shows('lapak_tenants{state="stopped"}', 1);
  await shows('lapak_tenants{state="running"}', 1);
  const refused =
    'lapak_http_request_duration_seconds_count{method="POST",route="/v1/tenants/:store/stop",status="404"}';
  expect(await value(refused)).toBeUndefined();
  await plane.api.call('POST', '/v1/tenants/nobody-here/stop');
  await shows(refused, 1);
  // An address that is no route is one series, whatever it is.
  for (const path of ['/a', '/b?c=d']) await plane.api.call('GET', path);
  expect([...(await scrape()).series.keys()].filter((key) => /route="\/[ab]/.test(key))).toEqual([]);
});

test('a health check is counted by what it found', async () => {
  const found = 'lapak_health_checks_total{check="runtime",result="ok"}';
  const before = (await value(found)) ?? 0;
  expect((await plane.api.call('POST', '/v1/tenants/ukur/health')).status).toBe(200);
  expect(await value(found)).toBe(before + 1);
  const all = async () =>
    (await scrape()).families.get('lapak_tenants_health')?.samples.filter(({ labels }) => labels.result !== 'unknown');
  await eventually(async () => expect((await all())?.length).toBeGreaterThan(0));
});

test('a store that is not where it should be lags for as long, and is stuck after a while, until it is mended', async () => {
  const ensured = 'lapak_reconcile_actions_total{action="ensure"}';
  const before = (await value(ensured)) ?? 0;
  await shows('lapak_reconcile_lag_seconds', 0);
  await shows('lapak_stuck_tenants', 0);
  driver.refuseStarts('the image is not there');
  driver.show('ukur', undefined);
  await shows('lapak_reconcile_lag_seconds', positive);
  ahead += 1_000_000;
  await shows('lapak_reconcile_lag_seconds', aboutAs(1_000));
  await shows('lapak_stuck_tenants', 1);
  await shows('lapak_incidents_open{kind="runtime_down"}', 1);
  await shows('lapak_alerts_sent_total{kind="runtime_down"}', positive);
  driver.refuseStarts(undefined);
  ahead += 600_000;
  await shows('lapak_reconcile_lag_seconds', 0);
  await shows('lapak_stuck_tenants', 0);
  await shows('lapak_incidents_open{kind="runtime_down"}', undefined);
  expect((await value(ensured)) ?? 0).toBeGreaterThan(before);
});

test('sweeps that do not come to their end are seen by the age of the last one that did', async () => {
  await shows('lapak_reconcile_sweep_seconds', positive);
  driver.fail('refuses');
  const age = 'lapak_reconcile_sweep_age_seconds';
  await eventually(async () => expect(await value(age)).toBeGreaterThan(2));
  driver.fail(undefined);
  await eventually(async () => expect(await value(age)).toBeLessThan(2));
});

test('a runtime without a store is counted', async () => {
  await shows('lapak_unknown_runtimes', 0);
  driver.show('ghost', { state: 'running' });
  await shows('lapak_unknown_runtimes', 1);
  driver.show('ghost', undefined);
  await shows('lapak_unknown_runtimes', 0);
});

test.runIf(withBackups)('the newest backup of a store and its drill are told by age and size', async () => {
  await stock(ukur);
  await plane.api.ended((await post('ukur/backups')).id);
  await plane.api.ended((await post('ukur/drills')).id);
  await shows('lapak_drills_total{result="passed"}', 1);
  const seen = await eventually(async () => {
    const { series } = await scrape();
    const told = ['backup_size_bytes', 'backup_age_seconds', 'drill_age_seconds'].map((name) =>
      series.get(`lapak_${name}{store="ukur"}`),
    );
    expect(told).not.toContain(undefined);
    return told as [number, number, number];
  });
  expect(seen[0]).toBeGreaterThan(1_000);
  ahead += 500_000;
  await shows(
    'lapak_backup_age_seconds{store="ukur"}',
    expect.toSatisfy((age: number) => age >= 500),
  );
  await shows(
    'lapak_drill_age_seconds{store="ukur"}',
    expect.toSatisfy((age: number) => age >= 500),
  );
});

test('each background task says when it ran last, for how long, and how often it failed in a row', async () => {
  await shows('lapak_background_task_last_run_timestamp_seconds{task="fleet-sweep"}', positive);
  await shows('lapak_background_task_last_duration_seconds{task="watchdog"}', expect.any(Number));
  await shows('lapak_background_task_failures{task="fleet-sweep"}', 0);
  driver.fail('refuses');
  await shows('lapak_background_task_failures{task="fleet-sweep"}', positive);
  driver.fail(undefined);
  await shows('lapak_background_task_failures{task="fleet-sweep"}', 0);
});

test('operations that wait are counted, with the age of the oldest, at the first look', async () => {
  await shows('lapak_operation_queue_depth', 0);
  await plane.services.engine.stop();
  await post('timbang/start');
  await eventually(async () => {
    const { series } = await scrape();
    if (series.get('lapak_operation_queue_depth') !== 1) throw new Error('none waits yet');
    // Both tell of the same look.
    expect(series.get('lapak_operation_queue_oldest_seconds')).toBeGreaterThan(0);
  });
});
