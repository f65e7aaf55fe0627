import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  type ApiKeyCreated,
  type BackupStandingPage,
  type HealthHistory,
  Summary,
  TENANT_STATES,
} from '../../../control-plane/api/contract/index.ts';
import { selectMarks } from '../../../control-plane/people/sales/sql.ts';
import { dueOf } from '../../../control-plane/people/sales/today.ts';
import { dayIn, lastDays, startOfDay } from '../../../kernel/days.ts';
import { createDb } from '../../../kernel/db.ts';
import { newSlug } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { startPlane, type TestPlane } from '../support/plane.ts';
import { fillTenants } from '../support/rows.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let plane: TestPlane;
let ids: string[];
const ago = (ms: number) => new Date(Date.now() - ms);
beforeAll(async () => {
  plane = await startPlane();
  const days = [-2, 1, 30, null];
  // Their databases are not there: whoever asks them gets no answer.
  ids = await fillTenants(plane.db, 4, (n) => ({
    ...{ store: `ringkas-${n}`, desired_state: 'stopped', state: 'stopped', provisioned_at: new Date() },
    paid_until: typeof days[n] === 'number' ? new Date(Date.now() + days[n] * DAY_MS) : null,
    env: { BOT_TIMEZONE: 'Asia/Makassar' },
  }));
});
afterAll(() => plane.close());

const summary = async (key = plane.api.key) => (await plane.api.as(key).call<Summary>('GET', '/v1/summary')).body;

async function backup(n: number, at: Date, state = 'verified'): Promise<string> {
  const id = `b-${n}-${at.getTime()}-${state}`;
  await plane.db.query(
    `INSERT INTO backups (id, tenant_id, store, gateway, operation_id, attempt, reason, state, file, password_sealed, image, size, started_at)
     VALUES ($1, $2, $3, 'qris', $1, 1, 'manual', $4, $1, '', 'image:1', 1000, $5)`,
    [id, ids[n], `ringkas-${n}`, state, at],
  );
  return id;
}
const drill = (n: number, of: string, result: string, at: Date) =>
  plane.db.query(
    `INSERT INTO drills (operation_id, tenant_id, store, backup_id, result, detail, seconds, at)
     VALUES ($1, $2, $3, $4, $5, 'counted', 1, $6)`,
    [`d-${of}-${at.getTime()}`, ids[n], `ringkas-${n}`, of, result, at],
  );
const operation = (id: string, store: string, kind: string, state: string) =>
  plane.db.query(
    `INSERT INTO operations (id, tenant_id, store, kind, state, params, requested_by, created_at, finished_at)
     VALUES ($1, gen_random_uuid(), $2, $3, $4, '{}', 'test', now(), now())`,
    [id, store, kind, state],
  );

test('the summary counts states, rent, operations and incidents as they are', async () => {
  await operation('failed-and-open', 'ringkas-0', 'upgrade', 'failed');
  await operation('failed-and-mended', 'ringkas-1', 'restart', 'failed');
  await operation('mended', 'ringkas-1', 'restart', 'succeeded');
  await plane.db.query(
    `INSERT INTO incidents (key, kind, severity, detail, opened_at, seen_at, acknowledged_at)
     VALUES ('a', 'test', 'error', 'x', now(), now(), null), ('b', 'test', 'error', 'x', now(), now(), now())`,
  );
  const now = Summary.parse(await summary());
  expect(now.tenants).toMatchObject({ total: 4, byState: { stopped: 4, running: 0 } });
  expect(Object.keys(now.tenants.byState).sort()).toEqual([...TENANT_STATES].sort());
  expect(now.operations).toEqual({ active: 0, failed: 1 });
  expect(now.incidents).toEqual({ open: 2, unacknowledged: 1 });
  expect(now.rent).toMatchObject({ due: 1, overdue: 1 });
  expect(now.rent.next.map(({ store }) => store)).toEqual(['ringkas-1', 'ringkas-0']);
  expect(now.rollouts).toEqual({ active: 0, halted: 0 });
});

test('a viewer is told nothing of incidents', async () => {
  const made = await plane.api.call<ApiKeyCreated>('POST', '/v1/api-keys', { name: 'reader', scope: 'viewer' });
  expect(await summary(made.body.key)).toMatchObject({ incidents: null, scope: 'viewer' });
});

test('sales are counted in the background, and stores whose database does not answer are told apart', async () => {
  await plane.api.open({ store: newSlug('laku'), telegramBotToken: plane.newBot().token });
  const [{ store } = { store: '' }] = await plane.db.query<{ store: string }>(
    "SELECT store FROM tenants WHERE store LIKE 'laku%' ORDER BY created_at DESC LIMIT 1",
  );
  const shop = createDb({ connectionString: plane.databaseUrl(`db_${store}`), max: 1 });
  await shop.query('CREATE TABLE public.orders (paid_at timestamptz, status text, total bigint, refunded bigint)');
  await shop.query(`GRANT SELECT ON public.orders TO lapak_${store}`);
  const midnight = startOfDay(new Date(), dayIn('Asia/Jakarta'));
  for (const [at, total] of [
    [new Date(midnight.getTime() - 1), 9_000],
    [midnight, 5_000],
  ] as const) {
    await shop.query("INSERT INTO public.orders VALUES ($1, 'paid', $2, 1000)", [at, total]);
  }
  const before = plane.logged().length;
  await plane.restart();
  expect((await summary()).sales).toBeNull();
  await eventually(async () => expect((await summary()).sales).not.toBeNull());
  expect((await summary()).sales).toMatchObject({ orders: 1, revenue: 4_000, counted: 1, unreachable: 4 });
  const lines = plane.logged().slice(before).split('\n');
  const uncounted = lines
    .filter((line) => line.includes('the sales of a store are not counted'))
    .map((line) => JSON.parse(line));
  expect(uncounted.map((line) => line.store).sort()).toEqual(['ringkas-0', 'ringkas-1', 'ringkas-2', 'ringkas-3']);
  for (const { err } of uncounted) expect(err.message).toMatch(/password|does not exist/);
  // What no store sells in a day is not believed.
  await shop.query("INSERT INTO public.orders VALUES ($1, 'paid', 9000000000000000, 0)", [midnight]);
  await shop.close();
  await plane.restart();
  await eventually(async () => expect((await summary()).sales).not.toBeNull());
  expect((await summary()).sales).toMatchObject({ orders: 0, revenue: 0, counted: 0, unreachable: 5 });
});

test('how safe the data of each store is: the least safe first, in pages that hold each once', async () => {
  await backup(0, ago(40 * HOUR_MS));
  await backup(1, ago(2 * HOUR_MS));
  await backup(1, ago(HOUR_MS), 'failed');
  await backup(2, ago(40 * HOUR_MS));
  const of = await backup(2, ago(3 * HOUR_MS));
  await drill(2, of, 'passed', ago(2 * HOUR_MS));
  await drill(2, of, 'failed', ago(HOUR_MS));
  type Page = z.infer<typeof BackupStandingPage>;
  const page = async (query: string) => (await plane.api.call<Page>('GET', `/v1/backups?${query}`)).body;
  const names = (of: Page) => of.standings.map(({ store }) => store).filter((store) => !store.startsWith('laku'));
  const all = await page('');
  expect(names(all)).toEqual(['ringkas-3', 'ringkas-0', 'ringkas-2', 'ringkas-1']);
  expect(names(await page('stale=true'))).toEqual(['ringkas-3', 'ringkas-0']);
  expect(names(await page('stale=false'))).toEqual(['ringkas-2', 'ringkas-1']);
  expect(names(await page('q=RINGKAS-2'))).toEqual(['ringkas-2']);
  const two = all.standings.find(({ store }) => store === 'ringkas-2');
  expect(two).toMatchObject({ backup: { id: of, size: 1000 }, drill: { result: 'failed' }, stale: false });
  expect(Date.parse(two?.provenAt as string)).toBeLessThan(Date.parse(two?.drill?.at as string));
  const walked: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const next: Page = await page(`limit=1${cursor && `&cursor=${cursor}`}`);
    walked.push(...next.standings.map(({ store }) => store));
    cursor = next.nextCursor;
  }
  expect(walked).toEqual(all.standings.map(({ store }) => store));
  const count = all.standings.filter(({ stale }) => stale).length;
  expect((await summary()).backups).toEqual({ stale: count, failedDrills: 1 });
  const forged = Buffer.from('["2026-02-31T00:00:00.000000Z","ringkas-1"]').toString('base64url');
  expect((await plane.api.call('GET', `/v1/backups?cursor=${forged}`)).status).toBe(400);
});

const check = (n: number, at: Date, fault?: string) =>
  plane.db.query(
    `INSERT INTO health_checks (tenant_id, at, occasion, ok, duration_ms, checks) VALUES ($1, $2, 'schedule', $3, 1, $4)`,
    [
      ids[n],
      at,
      fault === undefined,
      JSON.stringify(fault ? { intake: { result: 'fail', detail: fault }, cpu: { result: 'ok', detail: 'x' } } : {}),
    ],
  );

test('the history of a store counts by the days of its own zone, and tells outages newest first', async () => {
  const days = lastDays(new Date(), 30, 'Asia/Makassar');
  const [first, second] = [days.at(-3), days.at(-2)] as [(typeof days)[0], (typeof days)[0]];
  const beside = (ms: number) => new Date(second.from.getTime() + ms);
  await check(0, beside(-2_000));
  await check(0, beside(-1_000), 'deaf');
  await check(0, beside(1_000), 'still deaf');
  await check(0, beside(2_000));
  await check(0, beside(3_000), 'deaf again');
  const { body } = await plane.api.call<HealthHistory>('GET', '/v1/tenants/ringkas-0/health/history');
  expect(body.days.map(({ day }) => day)).toEqual(days.map(({ day }) => day));
  expect(body.days.filter(({ checks }) => checks > 0)).toEqual([
    { day: first.day, checks: 2, failed: 1 },
    { day: second.day, checks: 3, failed: 2 },
  ]);
  expect(body.outages).toEqual([
    { from: beside(3_000).toISOString(), until: null, reason: 'intake: deaf again' },
    { from: beside(-1_000).toISOString(), until: beside(2_000).toISOString(), reason: 'intake: deaf' },
  ]);
  expect((await plane.api.call('GET', '/v1/tenants/nobody/health/history')).status).toBe(404);
});

test('a store without a check has thirty empty days and no outage', async () => {
  const { body } = await plane.api.call<HealthHistory>('GET', '/v1/tenants/ringkas-3/health/history');
  expect(body.days).toHaveLength(30);
  expect([body.days.every(({ checks }) => checks === 0), body.outages]).toEqual([true, []]);
});

test('thirty days of checks every five minutes are answered with at most a hundred outages', async () => {
  await plane.db.query(
    `INSERT INTO health_checks (tenant_id, at, occasion, ok, duration_ms, checks)
     SELECT $1, now() - n * interval '5 minutes', 'schedule', n % 20 <> 0, 1,
            CASE WHEN n % 20 = 0 THEN '{"queue":{"result":"fail","detail":"stuck"}}'::jsonb ELSE '{}'::jsonb END
       FROM generate_series(30 * 288, 1, -1) n`,
    [ids[1]],
  );
  const { body } = await plane.api.call<HealthHistory>('GET', '/v1/tenants/ringkas-1/health/history');
  expect(body.outages).toHaveLength(100);
  const checks = body.days.reduce((sum, day) => sum + day.checks, 0);
  expect(checks).toBeGreaterThan(29 * 288 - 12);
  expect(new Set(body.outages.map(({ reason }) => reason))).toEqual(new Set(['queue: stuck']));
});

test.each([
  ['Asia/Jakarta', '2026-11-30T03:00:00Z', '2026-11-29T17:00:00Z'],
  // Node reads an offset as everybody does, Postgres the other way round.
  ['+07:00', '2026-11-30T03:00:00Z', '2026-11-29T17:00:00Z'],
  ['America/New_York', '2026-11-01T20:00:00Z', '2026-11-01T04:00:00Z'],
  // Beirut had no midnight on that day.
  ['Asia/Beirut', '2022-03-27T12:00:00Z', '2022-03-26T22:00:00Z'],
])('in %s the day of %s began at %s', (zone, at, from) => {
  expect(startOfDay(new Date(at), dayIn(zone)).toISOString()).toBe(new Date(from).toISOString());
});

test('however many rents end, all are counted and the twenty nearest are named', async () => {
  const before = (await summary()).rent;
  const hours = (n: number) => (n % 2 === 0 ? n + 1 : -n - 1) * HOUR_MS;
  await fillTenants(plane.db, 30, (n) => ({
    ...{ store: `sewa-${n}`, desired_state: 'stopped', state: 'stopped' },
    paid_until: new Date(Date.now() + hours(n)),
  }));
  await fillTenants(plane.db, 1, () => ({
    ...{ store: 'sewa-hilang', desired_state: 'removed', state: 'removing' },
    paid_until: new Date(),
  }));
  const { due, overdue, next } = (await summary()).rent;
  expect([due, overdue]).toEqual([before.due + 15, before.overdue + 15]);
  const nearest = Array.from({ length: 20 }, (_, n) => `sewa-${n}`);
  expect(new Set(next.map(({ store }) => store))).toEqual(new Set(nearest));
});

test('of stores that sold nothing since they were asked none is asked again', () => {
  const stores = ['baru', 'diam', 'laku', 'sama', 'tanpa'].map((store) => ({ id: store, store, env: {} }));
  const sold = { orders: 1, revenue: 5_000 };
  const answers = new Map([
    ['diam', { from: 0, sold: undefined, mark: '1 5' }],
    ['laku', { from: 0, sold, mark: '2 7' }],
    ['sama', { from: 0, sold, mark: '3 9' }],
    ['tanpa', { from: 0, sold, mark: '4 2' }],
  ]);
  const marks = new Map([
    ['db_baru', '0 1'],
    ['db_diam', '1 5'],
    ['db_laku', '2 8'],
    ['db_sama', '3 9'],
  ]);
  expect(dueOf(stores, answers, marks, 100).map(({ store }) => store)).toEqual(['baru', 'laku', 'diam']);
});

test('stores that sell all the time have their turns one after the other, and silent ones theirs beside them', () => {
  const names = Array.from({ length: 40 }, (_, n) => `toko-${n}`);
  const stores = names.map((store) => ({ id: store, store, env: {} }));
  const silent = new Set(names.slice(0, 4));
  const answers = new Map<
    string,
    { from: number; sold: { orders: number; revenue: number } | undefined; mark: string }
  >();
  const asked = new Map(names.map((name) => [name, 0]));
  for (let round = 1; round <= 10; round += 1) {
    const marks = new Map(names.map((name) => [`db_${name.replaceAll('-', '_')}`, String(round)]));
    const due = dueOf(stores, answers, marks, 10);
    expect(due).toHaveLength(10);
    for (const { id, store } of due) {
      asked.set(store, (asked.get(store) ?? 0) + 1);
      answers.delete(id);
      answers.set(id, {
        from: 0,
        sold: silent.has(store) ? undefined : { orders: 1, revenue: 1 },
        mark: String(round),
      });
    }
  }
  const times = (of: string[]) => of.map((name) => asked.get(name) ?? 0);
  expect(Math.min(...times(names.slice(4)))).toBeGreaterThanOrEqual(2);
  expect(Math.max(...times(names.slice(4)))).toBeLessThanOrEqual(3);
  // In the first round like everybody, and from then on one of them in each of nine more.
  expect(times(names.slice(0, 4)).sort()).toEqual([3, 3, 3, 4]);
});

test('a row that is inserted into the database of a store changes its mark, one that is changed does not', async () => {
  const url = plane.databaseUrl('db_tanda');
  await plane.db.query('CREATE DATABASE db_tanda');
  const shop = createDb({ connectionString: url, max: 1 });
  const mark = async () => (await selectMarks(plane.db)).get('db_tanda');
  const flushed = () => shop.query('SELECT pg_stat_force_next_flush()');
  await shop.query('CREATE TABLE orders (total bigint)');
  await shop.query('INSERT INTO orders VALUES (1)');
  await flushed();
  const first = await mark();
  await shop.query('UPDATE orders SET total = 2');
  await flushed();
  expect(await mark()).toBe(first);
  await shop.query('INSERT INTO orders VALUES (3)');
  await flushed();
  expect(await mark()).not.toBe(first);
  await shop.close();
  await plane.db.query('DROP DATABASE db_tanda');
});
