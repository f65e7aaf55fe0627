import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HealthReport, Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { DOWN_MS } from '../../control-plane/monitoring/health/judge.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { startPlane, type TestPlane } from '../control-plane/support/plane.ts';

let plane: TestPlane;
let shop: Tenant;
let id: string;
let ahead = 0;
beforeAll(async () => {
  plane = await startPlane({ clock: { now: () => new Date(Date.now() + ahead) } });
  shop = await plane.api.open({ telegramBotToken: plane.newBot().token });
  [{ id }] = (await plane.db.query('SELECT id FROM tenants WHERE store = $1', [shop.store])) as [{ id: string }];
});
afterAll(() => plane.close());

const schedules = async () =>
  (await plane.services.jobs.schedules('health')).map(({ key, recurrence }) => ({ key, ...recurrence }));
const everyMinutes = (minutes: number) => [{ key: id, everySeconds: minutes * 60, offsetSeconds: expect.any(Number) }];

async function operate(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<void> {
  const answer = await plane.api.call<{ operation: Operation }>(method, `/v1/tenants/${shop.store}${path}`, body);
  expect((await plane.api.ended(answer.body.operation.id)).state).toBe('succeeded');
}

test('a schedule follows its store: opened, configured, stopped, started', async () => {
  await eventually(async () => expect(await schedules()).toEqual(everyMinutes(5)));
  await operate('PATCH', '', { env: { HEALTHCHECK_INTERVAL_MINUTES: '10' } });
  await eventually(async () => expect(await schedules()).toEqual(everyMinutes(10)));
  await operate('PATCH', '', { env: { ENABLE_AUTO_HEALTHCHECK: 'false' } });
  await eventually(async () => expect(await schedules()).toEqual([]));
  await operate('PATCH', '', { env: { ENABLE_AUTO_HEALTHCHECK: null } });
  await eventually(async () => expect(await schedules()).toHaveLength(1));
  await operate('POST', '/stop');
  await eventually(async () => expect(await schedules()).toEqual([]));
  await operate('POST', '/start');
  await eventually(async () => expect(await schedules()).toEqual(everyMinutes(10)));
});

test('a runtime that was killed and stays down is told of before its next turn, and so is its return', async () => {
  const incidents = () =>
    plane.db.query<{ kind: string; open: boolean; detail: string }>(
      'SELECT kind, closed_at IS NULL AS open, detail FROM incidents ORDER BY id',
    );
  // Not before it was seen to run: to kill no id at all is to kill the tests.
  const pid = async () => Number((await plane.api.tenant(shop.store)).observed.id);
  await eventually(async () => expect(await pid()).toBeGreaterThan(1));
  process.kill(await pid(), 'SIGKILL');
  await eventually(async () => expect((await plane.api.tenant(shop.store)).observed.state).toBe('restarting'));
  ahead += DOWN_MS;
  await eventually(async () => {
    await plane.api.call('POST', `/v1/tenants/${shop.store}/health`);
    expect(await incidents()).toMatchObject([{ kind: 'runtime_down', open: true }]);
  });
  expect((await incidents())[0]?.detail).toContain('ended with SIGKILL');
  await eventually(async () => expect((await plane.api.tenant(shop.store)).observed.state).toBe('running'));
  ahead += 30_000;
  await eventually(
    async () => expect(await incidents()).toMatchObject([{ kind: 'runtime_down', open: false }]),
    40_000,
  );
});

test('at the start of a control plane the rows are the truth; what is 30 days old is forgotten', async () => {
  const { jobs } = plane.services;
  await jobs.unschedule('health', id);
  const leftOver = { key: 'a-store-that-is-gone', recurrence: { everySeconds: 86_400, offsetSeconds: 0 } };
  await jobs.schedule('health', leftOver, {});
  for (const days of [31, 29]) {
    await plane.db.query(
      `INSERT INTO health_checks (tenant_id, at, occasion, ok, duration_ms, checks)
       VALUES ($1, now() - $2 * interval '1 day', 'event', true, 1, '{}')`,
      [id, days],
    );
  }
  await plane.restart();
  await eventually(async () => expect(await schedules()).toEqual(everyMinutes(10)));
  await eventually(async () =>
    expect(
      await plane.db.query("SELECT count(*)::int AS old FROM health_checks WHERE at < now() - interval '1 day'"),
    ).toEqual([{ old: 1 }]),
  );
});

const found = async () =>
  (await plane.api.call<{ reports: HealthReport[] }>('GET', `/v1/tenants/${shop.store}/health`)).body.reports;

test('a store whose turn has come is checked', async () => {
  await plane.db.tx((tx) => plane.services.jobs.send(tx, 'health', { tenantId: id }));
  await eventually(async () => expect((await found()).map(({ occasion }) => occasion)).toContain('schedule'));
});

test('with its store a schedule goes', async () => {
  await operate('DELETE', '');
  await eventually(async () => expect(await schedules()).toEqual([]));
});
