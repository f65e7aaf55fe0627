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
  const databaseUrl = await bench.ground.database('bench_ack');
  await seedShop(databaseUrl, (ROUNDS + 2) * PAYMENTS);
  const store = await startStore(bench, databaseUrl, 'webhook');
  const noop = await startWorker(join(import.meta.dirname, 'noop.ts'));
  const beside = await startWorker(join(BENCH, 'load.ts'));
  const db = createDb({ connectionString: databaseUrl, max: 1, applicationName: 'bench' });
  const side: Side = {
    name: 'the store',
    pid: store.pid,
    database: 'bench_ack',
    url: store.telegramUrl,
    nextUpdate: 1,
  };
  const noopUrl = `http://127.0.0.1:${await noop.ask<number>({ kind: 'port' })}/`;

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

  const doNothing = (perSecond: number, forMs: number) =>
    beside.ask<VolleyResult>({
      kind: 'volley',
      url: noopUrl,
      headers: {},
      body: '{}',
      from: 1,
      firstUser: 1,
      users: 1,
      concurrency: CONCURRENCY,
      perSecond,
      forMs,
      expect: 200,
    });

  try {
    const rows: Row[] = [];
    for (const [name, load] of loads) rows.push(...(await acknowledged(bench, name, load, doNothing)));
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
    await Promise.all([store.stop(), noop.stop(), beside.stop(), db.close()]);
  }
};

async function acknowledged(
  bench: Bench,
  name: string,
  load: Load,
  doNothing: (perSecond: number, forMs: number) => Promise<VolleyResult>,
): Promise<Row[]> {
  await load();
  const half = (await load()).perSecond / 2;
  const rounds: { p99: number; middle: number; nothing: number }[] = [];
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    const [ours, theirs] = await Promise.all([load(half), doNothing(half, HALF_MS)]);
    rounds.push({
      p99: percentile(ours.latencies, 0.99),
      middle: median(ours.latencies),
      nothing: median(theirs.latencies),
    });
  }
  const of = (key: 'p99' | 'middle' | 'nothing') => median(rounds.map((each) => each[key]));
  bench.say(`acknowledgement, ${name}: at ${half.toFixed(0)} a second p99 ${of('p99').toFixed(1)} ms`);
  const row = (what: string, ours: number): Row => ({ what, ours, yardstick: of('nothing'), unit: 'ms' });
  return [
    { ...row(`${name}, p99 (${half.toFixed(0)}/s)`, of('p99')), budget: BUDGET },
    row('  of which the median', of('middle')),
  ];
}
