import { setTimeout as sleep } from 'node:timers/promises';
import { createDb, type Db } from '../../../kernel/db.ts';
import type { Bench } from '../bench.ts';
import { percentile, type Row } from '../report.ts';
import { startStore } from '../runtime.ts';
import { FIRST_USER, seedShop } from '../seed.ts';
import { KINDS } from './kinds.ts';

const PEOPLE = 50;
const ROUNDS = 6;
/** Between the updates of two people. */
const GAP_MS = 20;
const SLOW_PERSON = FIRST_USER + 4000;
/** Beside a slow update others wait for the next look at Telegram, and for nothing else. */
const BUDGET = { most: 10 };

/** How long people wait for an answer by polling: beside somebody whose update is held up, and without them. */
export async function measurePolling(bench: Bench): Promise<Row> {
  const databaseUrl = await bench.cluster.database('bench_updates_polling');
  await seedShop(databaseUrl);
  const db = createDb({ connectionString: databaseUrl, max: 2 });
  const store = await startStore(bench, databaseUrl, 'polling');
  try {
    const people = newcomers();
    await round(bench, people());
    const calm: number[] = [];
    const beside: number[] = [];
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      calm.push(...(await round(bench, people())));
      beside.push(...(await withOneHeldUp(bench, db, () => round(bench, people()))));
    }
    const [ours, yardstick] = [percentile(beside, 0.99), percentile(calm, 0.99)];
    bench.say(`updates, by polling: ${ours.toFixed(0)} ms beside a slow one, ${yardstick.toFixed(0)} ms without`);
    return { what: 'p99 by polling, one slow', ours, yardstick, unit: 'ms', budget: BUDGET };
  } finally {
    await store.stop();
    await db.close();
  }
}

/** People who have not written yet: none of them is taken for a spammer. */
function newcomers(): () => number[] {
  let from = FIRST_USER;
  return () => Array.from({ length: PEOPLE }, () => ++from);
}

let nextUpdate = 1;

function deliver(bench: Bench, user: number, text: (body: string) => string = (body) => body): Promise<number> {
  const body = KINDS[1]?.body().replaceAll('@N@', String(nextUpdate++)).replaceAll('@USER@', String(user)) ?? '';
  return bench.outside.ask<number>({ kind: 'deliver', update: JSON.parse(text(body)) });
}

/** The wait of each, in milliseconds. */
async function round(bench: Bench, people: readonly number[]): Promise<number[]> {
  await bench.outside.ask({ kind: 'listen' });
  const asked = new Map<number, number>();
  for (const user of people) {
    asked.set(user, await deliver(bench, user));
    await sleep(GAP_MS);
  }
  for (let waited = 0; waited < 15_000; waited += 20) {
    const heard = await bench.outside.ask<Record<number, number>>({ kind: 'heard' });
    const waits = people.map((user) => (heard[user] ?? Number.NaN) - (asked.get(user) ?? 0));
    if (!waits.some(Number.isNaN)) return waits;
    await sleep(20);
  }
  throw new Error('not everybody was answered by polling');
}

/** Runs `work` while the database keeps the update of one person from being committed. */
async function withOneHeldUp<T>(bench: Bench, db: Db, work: () => Promise<T>): Promise<T> {
  return db.tx(async (tx) => {
    await tx.query('SELECT id FROM users WHERE id = $1 FOR UPDATE', [SLOW_PERSON]);
    // Somebody who changed their name is written down again, which has to wait.
    await deliver(bench, SLOW_PERSON, (body) => body.replaceAll('Budi', `Budi ${nextUpdate}`));
    for (let waited = 0; waited < 5000; waited += 20) {
      const waiting = await db.query("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
      if (waiting.length > 0) return work();
      await sleep(20);
    }
    throw new Error('the slow update is not slow');
  });
}
