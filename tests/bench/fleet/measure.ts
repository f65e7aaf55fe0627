import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Measure } from '../bench.ts';
import { memoryOf } from '../process-cost.ts';
import { median, type Row, verdictOf } from '../report.ts';
import { startWorker, type Worker } from '../worker.ts';
import { storeAt } from './fill.ts';

const FEW = 10;
const MANY = 1_000;
const FIRST_PORT = 22_000;
const ROUNDS = 3;
const SETTLE_MS = 10_000;
const MOST_MB = 200;
const TITLE = `what one store costs a control plane that looks after ${MANY}, against one that looks after ${FEW}`;

type Fleet = { plane: Worker; doors: Worker; url: string; key: string };
type Costs = { list: number; sweep: number; health: number };

/** Milliseconds per store of each kind of work over the whole registry; memory of a control plane that has settled. */
export const measureFleet: Measure = async (bench) => {
  const fleet = await startFleet(bench);
  await sleep(SETTLE_MS);
  const empty = process.platform === 'linux' ? (await memoryOf(fleet.plane.pid)).rss : undefined;
  await grow(fleet, 0, FEW);
  const few = await costsOf(bench, fleet, FEW);
  await grow(fleet, FEW, MANY);
  const many = await costsOf(bench, fleet, MANY);
  const hung = await sweepWithOneHung(fleet);
  await sleep(SETTLE_MS);
  const row = (what: string, key: keyof Costs): Row => ({
    what,
    ours: many[key],
    yardstick: few[key],
    unit: 'ms a store',
    budget: { most: 1.5 },
  });
  const rows = [row('list over the API', 'list'), row('reconcile sweep', 'sweep'), row('health sweep', 'health')];
  if (empty !== undefined) {
    const { rss } = await memoryOf(fleet.plane.pid);
    const memory = (what: string, ours: number): Row => ({ what, ours, yardstick: MOST_MB, unit: 'MB' });
    rows.push({ ...memory('idle without a store (RSS), against the budget', empty), budget: { most: 1 } });
    rows.push(memory(`  ${SETTLE_MS / 1000} s after checking ${MANY} stores ${ROUNDS} times without a pause`, rss));
  }
  const missed = rows.filter((one) => verdictOf(one) === 'missed').map(({ what }) => what);
  return {
    title: TITLE,
    rows,
    notes: [
      `median of ${ROUNDS} rounds; rows, secrets, schedules and addresses are real, the driver is a fake that only says what runs`,
      `a sweep of ${MANY}: ${(many.sweep * MANY).toFixed(0)} ms; with one store that takes the question and never answers: ${hung.toFixed(0)} ms`,
    ],
    ...(missed.length > 0 ? { failed: `missed: ${missed.join(', ')}` } : {}),
  };
};

async function startFleet(bench: Bench): Promise<Fleet> {
  const home = join(bench.scratch, 'fleet');
  const doors = await startWorker(join(import.meta.dirname, 'doors.ts'));
  bench.atEnd(() => doors.stop());
  const plane = await startWorker(join(import.meta.dirname, 'plane.ts'), {
    LAPAK_HOME: home,
    LAPAK_PORT: '0',
    LAPAK_DEPLOYMENTS: join(home, 'deployments'),
    LAPAK_CONTROL_DATABASE: 'bench_fleet',
    DATABASE_URL: bench.cluster.clusterUrl,
    BENCH_CONTROL_URL: bench.cluster.urlOf('bench_fleet'),
    TELEGRAM_API_ROOT: bench.outsideUrl,
    PAKASIR_API_BASE: bench.outsideUrl,
  });
  bench.atEnd(() => plane.stop());
  const { apiKey: key } = JSON.parse(await readFile(join(home, 'cli.json'), 'utf8'));
  return { plane, doors, url: await plane.ask<string>({ kind: 'url' }), key };
}

/** Opens stores and waits until all of them run. */
async function grow({ plane, doors }: Fleet, from: number, to: number): Promise<void> {
  const ports = Array.from({ length: to - from }, (_, index) => FIRST_PORT + (from + index) * 2);
  await doors.ask({ kind: 'open', ports });
  await plane.ask({ kind: 'fill', from, to, firstPort: FIRST_PORT });
  await plane.ask({ kind: 'sweep' });
  for (let patience = 600; (await plane.ask<number>({ kind: 'started' })) < to; patience -= 1) {
    if (patience === 0) throw new Error(`not all of ${to} run: ${JSON.stringify(await plane.ask({ kind: 'reason' }))}`);
    await sleep(200);
  }
  await plane.ask({ kind: 'sweep' });
}

async function costsOf(bench: Bench, fleet: Fleet, count: number): Promise<Costs> {
  const stores = Array.from({ length: count }, (_, index) => storeAt(index));
  const taken: Costs[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const list = await timeList(fleet, count);
    const sweep = await fleet.plane.ask<number>({ kind: 'sweep' });
    const health = await fleet.plane.ask<number>({ kind: 'health', stores });
    taken.push({ list: list / count, sweep: sweep / count, health: health / count });
    bench.say(`fleet: ${count} stores, ${list.toFixed(0)}, ${sweep.toFixed(0)} and ${health.toFixed(0)} ms`);
  }
  const of = (key: keyof Costs) => median(taken.map((costs) => costs[key]));
  return { list: of('list'), sweep: of('sweep'), health: of('health') };
}

async function timeList({ url, key }: Fleet, count: number): Promise<number> {
  const began = performance.now();
  let seen = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await fetch(`${url}/v1/tenants?limit=200${more}`, { headers: { authorization: `Bearer ${key}` } });
    const page = (await answer.json()) as { tenants: unknown[]; nextCursor: string | null };
    seen += page.tenants.length;
    cursor = page.nextCursor;
  }
  if (seen !== count) throw new Error(`the list has ${seen} of ${count} stores`);
  return performance.now() - began;
}

async function sweepWithOneHung({ plane, doors }: Fleet): Promise<number> {
  await doors.ask({ kind: 'hang', port: FIRST_PORT + MANY, on: true });
  const millis = await plane.ask<number>({ kind: 'sweep' });
  await doors.ask({ kind: 'hang', port: FIRST_PORT + MANY, on: false });
  return millis;
}
