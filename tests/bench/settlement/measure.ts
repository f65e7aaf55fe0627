import { join } from 'node:path';
import { createDb } from '../../../kernel/db.ts';
import type { Measure } from '../bench.ts';
import { cpuMillis } from '../process-cost.ts';
import { median, type Row } from '../report.ts';
import { startStore, storeEnvironment } from '../runtime.ts';
import { seedShop } from '../seed.ts';
import { startWorker } from '../worker.ts';
import { findPgbench, preparePgbench } from './pgbench.ts';
import { settlementScript } from './script.ts';
import { apart, type Orders, paymentWebhooks } from './webhook.ts';

/** As many as the store's pool has connections. */
const CONCURRENCY = 6;
const ROUNDS = 3;
const PER_ROUND = 300;
const WARM_UP = 150;
/** Orders that one side settles. */
const PER_SIDE = WARM_UP + ROUNDS * PER_ROUND;
/** The first order tells the statements; then come those of two sides that share a store; the last are only asked about. */
const FIRST = 2;
const PENDING: Orders = { from: FIRST + 2 * PER_SIDE, count: PER_ROUND };
const ORDERS = PENDING.from + PENDING.count;

const IN_PROCESS = join(import.meta.dirname, 'in-process.ts');
const TITLE = 'a paid order, from the webhook to the commit, against pgbench with the statements of that transaction';
const NO_PGBENCH =
  'pgbench is neither in LAPAK_PG_BIN nor on the PATH nor below /usr/lib/postgresql. It comes with the PostgreSQL server (Debian: apt install postgresql)';

/** Settles these orders and returns how many a second. */
type Side = (orders: Orders) => Promise<number>;

export const measureSettlement: Measure = async (bench) => {
  const file = await findPgbench();
  if (!file) return { title: TITLE, rows: [], notes: [], skipped: NO_PGBENCH };
  const { cluster, outside } = bench;
  const databaseUrl = await cluster.database('bench_settle');
  await seedShop(databaseUrl, ORDERS);
  const environment = storeEnvironment(bench, databaseUrl, 'webhook');
  const scout = await startWorker(IN_PROCESS, environment);
  const script = await settlementScript(bench, 'bench_settle', scout, 1).finally(() => scout.stop());
  const pgbenchUrl = await cluster.database('bench_settle_pgbench', 'bench_settle');
  const storeUrl = await cluster.database('bench_settle_store', 'bench_settle');
  const pgbench = await preparePgbench(file, pgbenchUrl, script, { clients: CONCURRENCY, scratch: bench.scratch });
  const worker = await startWorker(IN_PROCESS, environment);
  const store = await startStore(bench, storeUrl, 'webhook');
  const db = createDb({ connectionString: storeUrl, max: 1, applicationName: 'bench' });
  const webhooks = paymentWebhooks(bench, store, db, CONCURRENCY);
  const sides = {
    async webhook(orders) {
      const rate = await webhooks.post(orders, 200);
      await webhooks.drained();
      return rate;
    },
    async held(orders) {
      await outside.ask({ kind: 'hold' });
      const rate = await webhooks.post({ ...orders, from: orders.from + PER_SIDE }, 200);
      await outside.ask({ kind: 'release' });
      await webhooks.drained();
      return rate;
    },
    async alone(orders) {
      const { millis } = await worker.ask<{ millis: number }>({ kind: 'settle', ...orders, concurrency: CONCURRENCY });
      return (orders.count * 1000) / millis;
    },
    pgbench: (orders) => pgbench.run(orders, 'extended'),
    prepared: (orders) => pgbench.run({ ...orders, from: orders.from + PER_SIDE }, 'prepared'),
  } satisfies Record<string, Side>;
  try {
    const rates = await byTurns(sides, bench.say);
    await assertPaid(pgbenchUrl);
    const cpu = await cpuMillis(store.pid);
    const { looking, asking } = await apart(bench, webhooks, {
      paid: { from: FIRST, count: PER_ROUND },
      pending: PENDING,
    });
    const row = (what: string, ours: number, budget?: Row['budget'], yardstick = rates.pgbench): Row => ({
      what,
      ours,
      yardstick,
      unit: 'orders/s',
      ...(budget ? { budget } : {}),
    });
    const share = (seconds: number) => `${Math.max(0, seconds * rates.held * 100).toFixed(0)} %`;
    return {
      title: TITLE,
      rows: [
        row('webhook → committed, delivering what was paid before', rates.webhook, { least: 0.5 }),
        row('webhook → committed, deliveries held back meanwhile', rates.held, { least: 0.5 }),
        row('the transaction alone, in process', rates.alone),
        row('the transaction alone, against prepared statements', rates.alone, undefined, rates.prepared),
      ],
      notes: [
        `${CONCURRENCY} at once, median of ${ROUNDS} rounds of ${PER_ROUND} orders each, by turns; pgbench with --protocol=extended, and in the last row with --protocol=prepared, as the store speaks`,
        `with deliveries held back, ${share(looking)} of the time is the webhook's HTTP and the look at the payment, ${share(asking)} the question to the gateway over HTTP`,
        ...(cpu
          ? [
              `an order costs the store ${(cpu / (2 * PER_SIDE)).toFixed(1)} ms of processor time until it is delivered and told`,
            ]
          : []),
      ],
    };
  } finally {
    await Promise.all([store.stop(), worker.stop(), db.close()]);
  }
};

async function byTurns<S extends Record<string, Side>>(sides: S, say: (text: string) => void) {
  const names = Object.keys(sides) as (keyof S & string)[];
  const rates = new Map<string, number[]>(names.map((name) => [name, []]));
  for (const name of names) await sides[name]?.({ from: FIRST, count: WARM_UP });
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    const orders = { from: FIRST + WARM_UP + turn * PER_ROUND, count: PER_ROUND };
    for (const name of names) rates.get(name)?.push((await sides[name]?.(orders)) ?? 0);
    say(`settlement: ${names.map((name) => `${name} ${rates.get(name)?.at(-1)?.toFixed(0)}`).join(', ')} a second`);
  }
  return Object.fromEntries(names.map((name) => [name, median(rates.get(name) ?? [])])) as Record<keyof S, number>;
}

/** pgbench must have done the work, not only have been fast. */
async function assertPaid(databaseUrl: string): Promise<void> {
  const db = createDb({ connectionString: databaseUrl, max: 1 });
  const [row] = await db.query<{ count: number }>("SELECT count(*) FROM orders WHERE status = 'paid'");
  await db.close();
  const expected = 1 + 2 * PER_SIDE;
  if (row?.count !== expected) throw new Error(`pgbench settled ${row?.count} orders of ${expected}`);
}
