import { join } from 'node:path';
import { createDb } from '../../../kernel/db.ts';
import type { Bench, Measure } from '../bench.ts';
import type { VolleyResult } from '../load.ts';
import { median, percentile, type Row } from '../report.ts';
import { startStore } from '../runtime.ts';
import { seedShop } from '../seed.ts';
import { paymentWebhooks } from '../settlement/webhook.ts';
import { KINDS } from '../updates/kinds.ts';
import { round } from '../updates/round.ts';
import type { Side } from '../updates/same.ts';
import { startWorker } from '../worker.ts';

const ROUNDS = 3;
const FULL_MS = 3000;
const HALF_MS = 3000;
const PAYMENTS = 400;
const CONCURRENCY = 32;
const BUDGET = { most: 3 };
const BENCH = join(import.meta.dirname, '..');

/** Takes as much as it can, or so many a second; tells how many a second it took, and how long each answer took. */
type Load = (perSecond?: number) => Promise<{ perSecond: number; latencies: number[] }>;

/** How long Telegram and Pakasir wait for the answer to a webhook, while the store has half of what it can take. */
export const measureAcknowledgement: Measure = async (bench) => {
  const databaseUrl = await bench.cluster.database('bench_ack');
  await seedShop(databaseUrl, (ROUNDS + 2) * PAYMENTS);
  const store = await startStore(bench, databaseUrl, 'webhook');
  const beside = await startWorker(join(import.meta.dirname, 'beside.ts'), { DATABASE_URL: databaseUrl });
  const besideLoad = await startWorker(join(BENCH, 'load.ts'));
  const db = createDb({ connectionString: databaseUrl, max: 1, applicationName: 'bench' });
  const side: Side = {
    name: 'the store',
    pid: store.pid,
    database: 'bench_ack',
    url: store.telegramUrl,
    nextUpdate: 1,
  };
  const besideUrl = `http://127.0.0.1:${await beside.ask<number>({ kind: 'port' })}`;

  const webhooks = paymentWebhooks(bench, store, db, CONCURRENCY);
  let nextOrder = 1;
  const payments: Load = async (perSecond) => {
    const beganAt = performance.now();
    const orders = { from: nextOrder, count: PAYMENTS };
    nextOrder += PAYMENTS;
    const latencies = await webhooks.latencies(orders, perSecond);
    await webhooks.drained();
    return { perSecond: (PAYMENTS * 1000) / (performance.now() - beganAt), latencies };
  };
  const loads: [string, Load][] = [
    ...KINDS.map((kind): [string, Load] => [
      kind.name,
      (perSecond) => round(bench, side, kind, perSecond === undefined ? FULL_MS : HALF_MS, perSecond),
    ]),
    ['a payment', payments],
  ];

  const ask = (path: string) => async (perSecond: number) => {
    const { latencies } = await besideLoad.ask<VolleyResult>({
      kind: 'volley',
      url: besideUrl + path,
      headers: {},
      body: '{"update_id":@N@}',
      from: 1,
      firstUser: 1,
      users: 1,
      concurrency: CONCURRENCY,
      perSecond,
      forMs: HALF_MS,
      expect: 200,
    });
    return latencies;
  };
  const routes = { nothing: ask('/'), noted: ask('/noted') };

  try {
    const rows: Row[] = [];
    for (const [name, load] of loads) rows.push(...(await acknowledged(bench, name, load, routes)));
    return {
      title:
        'until a webhook is acknowledged, at half of the load that the store can take, against a route that does nothing',
      rows,
      notes: [
        `median of ${ROUNDS} rounds; requests begin at their times, however long answers take, and the route beside it has as many`,
        'the store acknowledges when the update, or the payment, is committed: what was acknowledged survives a power cut',
      ],
    };
  } finally {
    await Promise.all([store.stop(), beside.stop(), besideLoad.stop(), db.close()]);
  }
};

type Route = (perSecond: number) => Promise<number[]>;

async function acknowledged(
  bench: Bench,
  name: string,
  load: Load,
  routes: { nothing: Route; noted: Route },
): Promise<Row[]> {
  await load();
  const half = (await load()).perSecond / 2;
  const rounds: { p99: number; middle: number; noted: number; nothing: number }[] = [];
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    const [ours, nothing] = await Promise.all([load(half), routes.nothing(half)]);
    rounds.push({
      p99: percentile(ours.latencies, 0.99),
      middle: median(ours.latencies),
      noted: percentile(await routes.noted(half), 0.99),
      nothing: median(nothing),
    });
  }
  const of = (key: keyof (typeof rounds)[number]) => median(rounds.map((each) => each[key]));
  bench.say(`acknowledgement, ${name}: at ${half.toFixed(0)} a second p99 ${of('p99').toFixed(1)} ms`);
  const row = (what: string, ours: number): Row => ({ what, ours, yardstick: of('nothing'), unit: 'ms' });
  return [
    { ...row(`${name}, p99 (${half.toFixed(0)}/s)`, of('p99')), budget: BUDGET },
    row('  the median', of('middle')),
    row('  a route that commits one row, p99', of('noted')),
  ];
}
