import { join } from 'node:path';
import type { Bench, Measure } from '../bench.ts';
import { median, type Row } from '../report.ts';
import { startStore, storeEnvironment } from '../runtime.ts';
import { seedShop, USERS } from '../seed.ts';
import { startWorker } from '../worker.ts';
import { KINDS, type Kind } from './kinds.ts';
import { measurePolling } from './polling.ts';
import { CONCURRENCY, type Round, round } from './round.ts';
import { assertSame, type Side } from './same.ts';

const ROUNDS = 3;
const ROUND_MS = 3000;
const WARM_UP_MS = 2000;
const BUDGET = { least: 0.7 };

/** Updates per second, from the webhook to Telegram's having taken every answer. */
export const measureUpdates: Measure = async (bench) => {
  const { cluster } = bench;
  const seeded = await cluster.database('bench_updates');
  await seedShop(seeded);
  const databaseUrl = await cluster.database('bench_updates_bare', 'bench_updates');
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
    rows.push(await measurePolling(bench));
    return {
      title: 'updates through the webhook, against a bare grammY + Fastify + pg bot with the same SQL and answers',
      rows,
      notes: [
        `${CONCURRENCY} requests in flight from ${USERS} people, median of ${ROUNDS} rounds of ${ROUND_MS / 1000} s each side, by turns`,
        'by polling: the 99th of a hundred waits for an answer, with the update of one other person held up, and without',
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
  const of = (side: Side, key: 'perSecond' | 'cpuMs') => median((rounds.get(side) as Round[]).map((each) => each[key]));
  const row = (what: string, key: 'perSecond' | 'cpuMs', unit: string): Row => ({
    what,
    ours: of(ours, key),
    yardstick: of(bare, key),
    unit,
  });
  const own = of(ours, 'cpuMs') > 0 ? [row('  of which own processor time', 'cpuMs', 'ms/update')] : [];
  return [{ ...row(kind.name, 'perSecond', 'updates/s'), budget: BUDGET }, ...own];
}
