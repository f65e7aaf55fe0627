import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Measure } from '../bench.ts';
import type { VolleyResult } from '../load.ts';
import { cpuMillis } from '../process-cost.ts';
import { median, type Row } from '../report.ts';
import { SECRET, startStore, storeEnvironment } from '../runtime.ts';
import { FIRST_USER, seedShop, USERS } from '../seed.ts';
import { startWorker } from '../worker.ts';
import { KINDS, type Kind } from './kinds.ts';
import { assertSame, type Side } from './same.ts';

const ROUNDS = 3;
const ROUND_MS = 3000;
const WARM_UP_MS = 2000;
const CONCURRENCY = 32;
const BUDGET = { least: 0.7 };

/** Updates per second, from the webhook to Telegram's having taken every answer. */
export const measureUpdates: Measure = async (bench) => {
  const { ground } = bench;
  const seeded = await ground.database('bench_updates');
  await seedShop(seeded);
  const databaseUrl = await ground.database('bench_updates_bare', 'bench_updates');
  const store = await startStore(bench, seeded, 'webhook');
  const bot = await startWorker(
    join(import.meta.dirname, 'bare-bot.ts'),
    storeEnvironment(bench, databaseUrl, 'webhook'),
  );
  try {
    const botUrl = `http://127.0.0.1:${await bot.ask<number>({ kind: 'port' })}/telegram`;
    const ours: Side = {
      name: 'the store',
      pid: store.pid,
      database: 'bench_updates',
      url: store.telegramUrl,
      nextUpdate: 1,
    };
    const bare: Side = {
      name: 'the bare bot',
      pid: bot.pid,
      database: 'bench_updates_bare',
      url: botUrl,
      nextUpdate: 1,
    };
    await assertSame(bench, ours, bare);
    const rows: Row[] = [];
    for (const kind of KINDS) rows.push(...(await compare(bench, ours, bare, kind)));
    return {
      title: 'updates through the webhook, against a bare grammY + Fastify + pg bot with the same SQL and answers',
      rows,
      notes: [
        `${CONCURRENCY} requests in flight from ${USERS} people, median of ${ROUNDS} rounds of ${ROUND_MS / 1000} s each side, by turns`,
        'statements and calls to Telegram of both sides were compared before, and are equal',
      ],
    };
  } finally {
    await store.stop();
    await bot.stop();
  }
};

async function compare(bench: Bench, ours: Side, bare: Side, kind: Kind): Promise<Row[]> {
  const rounds = new Map<Side, Round[]>([
    [ours, []],
    [bare, []],
  ]);
  for (const side of rounds.keys()) await round(bench, side, kind, WARM_UP_MS);
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    for (const [side, measured] of rounds) measured.push(await round(bench, side, kind, ROUND_MS));
    const latest = [...rounds.values()].map((all) => all.at(-1)?.perSecond.toFixed(0));
    bench.say(`updates, ${kind.name}: ${latest.join(' and ')} a second`);
  }
  const of = (side: Side, key: keyof Round) => median((rounds.get(side) as Round[]).map((each) => each[key]));
  const row = (what: string, key: keyof Round, unit: string): Row => ({
    what,
    ours: of(ours, key),
    yardstick: of(bare, key),
    unit,
  });
  const own = of(ours, 'cpuMs') > 0 ? [row('  of which own processor time', 'cpuMs', 'ms/update')] : [];
  return [{ ...row(kind.name, 'perSecond', 'updates/s'), budget: BUDGET }, ...own];
}

type Round = {
  perSecond: number;
  /** Processor time of the bot's process per update; 0 where the system does not tell. */
  cpuMs: number;
};

/** One round lasts until the last answer has reached Telegram. */
async function round(bench: Bench, side: Side, kind: Kind, forMs: number): Promise<Round> {
  const cpuBefore = (await cpuMillis(side.pid)) ?? 0;
  const before = await bench.outside.ask<{ count: number }>({ kind: 'calls' });
  const { posted, beganAt, endedAt } = await bench.load.ask<VolleyResult>({
    kind: 'volley',
    url: side.url,
    headers: { 'x-telegram-bot-api-secret-token': SECRET },
    body: kind.body(),
    from: side.nextUpdate,
    firstUser: FIRST_USER + 1,
    users: USERS,
    concurrency: CONCURRENCY,
    forMs,
    expect: 200,
  });
  side.nextUpdate += posted;
  const answeredAt = await answered(bench, before.count + posted * kind.answers);
  return {
    perSecond: (posted * 1000) / (Math.max(endedAt, answeredAt) - beganAt),
    cpuMs: (((await cpuMillis(side.pid)) ?? 0) - cpuBefore) / posted,
  };
}

async function answered(bench: Bench, count: number): Promise<number> {
  for (let waited = 0; waited < 15_000; waited += 20) {
    const calls = await bench.outside.ask<{ count: number; lastAt: number }>({ kind: 'calls' });
    if (calls.count >= count) return calls.lastAt;
    await sleep(20);
  }
  throw new Error('not every update was answered: somebody was taken for a spammer, or an answer was lost');
}
