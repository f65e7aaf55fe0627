import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJobs, type Jobs } from '../../kernel/jobs.ts';
import { convergeSchedules } from '../../kernel/schedules.ts';
import { eventually } from '../control-plane/support/eventually.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PATIENCE_MS = 30_000;
const QUEUES = { work: { retryLimit: 5, retryDelay: 2, retryDelayMax: 600, expireInSeconds: 60, batchSize: 10 } };

let database: TestDatabase;
let jobs: Jobs<'work'>;
let ran: unknown[];
let ahead: number;
let fails: boolean;
beforeEach(async () => {
  database = await testDatabase('empty');
  [ran, ahead, fails] = [[], 0, false];
  jobs = await start();
});
afterEach(async () => {
  await jobs.stop();
  await database.drop();
});

async function start(): Promise<Jobs<'work'>> {
  const log = pino({ level: 'silent' });
  const made = createJobs({
    connectionString: database.url,
    ...{ schema: 'jobs', queues: QUEUES, log, schedulesEverySeconds: 0.5 },
  });
  made.work('work', async (data) => {
    if (fails) throw new Error('not now');
    ran.push(data.what);
  });
  await made.start();
  return made;
}

/** Sets the clock of pg-boss's database. */
async function travel(ms: number): Promise<void> {
  ahead += ms;
  const body = `SELECT now() + interval '${ahead} milliseconds'`;
  await database.db.query(
    `CREATE OR REPLACE FUNCTION jobs.job_now() RETURNS timestamptz LANGUAGE sql STABLE AS '${body.replaceAll("'", "''")}'`,
  );
}

const now = () => Date.now() + ahead;
const daily = (what: string) => {
  // Twelve hours from now, whatever the time is: no occurrence is near.
  const dailyAt = new Date(now() + DAY_MS / 2).toISOString().slice(11, 16);
  return jobs.schedule('work', { key: 'store', recurrence: { dailyAt, timeZone: 'UTC' } }, { what });
};
const dueAt = async () => (await jobs.schedules('work', 'store'))[0]?.dueAt?.getTime();
const isWaiting = (withinMs: number) =>
  eventually(async () => {
    const ms = ((await dueAt()) ?? Number.NaN) - now();
    expect(ms).toBeGreaterThan(0);
    expect(ms).toBeLessThanOrEqual(withinMs);
  }, PATIENCE_MS);
const hasRun = (wanted: unknown[]) => eventually(async () => expect(ran).toEqual(wanted), PATIENCE_MS);

test('a schedule comes due once at each of its times, and once for all that it missed', async () => {
  await daily('a');
  await isWaiting(DAY_MS);
  expect(ran).toEqual([]);
  await travel(DAY_MS);
  await hasRun(['a']);
  await isWaiting(DAY_MS);
  await travel(5 * DAY_MS);
  await hasRun(['a', 'a']);
  await isWaiting(DAY_MS);
  await jobs.stop();
  await travel(3 * DAY_MS);
  jobs = await start();
  await hasRun(['a', 'a', 'a']);
  await isWaiting(DAY_MS);
  expect(ran).toHaveLength(3);
}, 120_000);

test('a schedule goes on when the clock is set back, and over the times that it had before', async () => {
  await daily('a');
  await isWaiting(DAY_MS);
  await travel(3 * DAY_MS);
  await hasRun(['a']);
  await isWaiting(DAY_MS);
  await travel(-3 * DAY_MS);
  await isWaiting(DAY_MS);
  expect(ran).toEqual(['a']);
  await travel(DAY_MS);
  await hasRun(['a', 'a']);
}, 120_000);

test('a clock that was set back while nothing ran is seen at the start', async () => {
  await daily('a');
  await isWaiting(DAY_MS);
  await travel(3 * DAY_MS);
  await hasRun(['a']);
  await isWaiting(DAY_MS);
  await jobs.stop();
  await travel(-3 * DAY_MS);
  jobs = await start();
  await isWaiting(DAY_MS);
  expect(ran).toEqual(['a']);
}, 120_000);

test('a job that waits for an attempt in a future that was none is tried again', async () => {
  await travel(3 * DAY_MS);
  fails = true;
  await database.db.tx((tx) => jobs.send(tx, 'work', { what: 'b' }));
  const waiting = () => database.db.query("SELECT id FROM jobs.job WHERE name = 'work' AND state = 'retry'");
  await eventually(async () => expect(await waiting()).toHaveLength(1), PATIENCE_MS);
  const readings = () =>
    database.db.query(
      "SELECT id FROM jobs.job WHERE singleton_key = 'clock' AND state = 'completed' AND started_on > now() + interval '2 days'",
    );
  await eventually(async () => expect(await readings()).not.toEqual([]), PATIENCE_MS);
  fails = false;
  await travel(-3 * DAY_MS);
  await hasRun(['b']);
}, 120_000);

test('a schedule that is changed sends what was due by then, and goes by its new time', async () => {
  await daily('a');
  await isWaiting(DAY_MS);
  await jobs.stop();
  await travel(DAY_MS);
  const hourly = { key: 'store', recurrence: { everySeconds: 3_600, offsetSeconds: 0 } };
  jobs = await start();
  await convergeSchedules(jobs, 'work', async () => [{ ...hourly, data: { what: 'a' } }]);
  await hasRun(['a']);
  await isWaiting(HOUR_MS);
  await travel(HOUR_MS);
  await hasRun(['a', 'a']);
}, 120_000);

test('a schedule that nobody wants any more ends', async () => {
  await daily('a');
  await isWaiting(DAY_MS);
  await convergeSchedules(jobs, 'work', async () => []);
  expect(await jobs.schedules('work')).toEqual([]);
  await travel(3 * DAY_MS);
  await jobs.schedule('work', { key: 'other', recurrence: { everySeconds: 1, offsetSeconds: 0 } }, { what: 'other' });
  await eventually(async () => expect(ran).toContain('other'), PATIENCE_MS);
  expect(ran).not.toContain('a');
}, 120_000);
