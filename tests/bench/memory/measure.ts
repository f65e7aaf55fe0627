import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Measure } from '../bench.ts';
import { memoryOf } from '../process-cost.ts';
import { median, type Row } from '../report.ts';
import { startStore, storeEnvironment } from '../runtime.ts';
import { seedShop } from '../seed.ts';
import { startWorker } from '../worker.ts';

/** So many of each, side by side, for medians. */
const PROCESSES = 3;
/** An idle store has let go of its connections by then. */
const SETTLE_MS = 35_000;
const WATCH_MS = 60_000;
const LOOK_EVERY_MS = 500;
const QUERIES_A_MINUTE = 10;

const TITLE = 'an idle store that polls, against a bare Node process with grammY + Fastify + pg that listens';

const BARE = join(import.meta.dirname, 'bare-node.mjs');

type Idler = { pid: number; stop(): Promise<void> };
type Weight = { rss: number; pss: number };

/** Memory of idle processes, and what an idle store asks of the database. */
export const measureMemory: Measure = async (bench) => {
  if (process.platform !== 'linux') return { title: TITLE, rows: [], notes: [], skipped: 'only Linux has /proc' };
  const { cluster } = bench;
  const seeded = await cluster.database('bench_idle');
  await seedShop(seeded);
  // The first start installs what later starts find: only those are measured.
  await (await startStore(bench, seeded, 'polling')).stop();
  const databases = Array.from({ length: PROCESSES }, (_, index) => `bench_idle_${index}`);
  for (const name of databases) await cluster.database(name, 'bench_idle');
  const stores: Idler[] = [];
  const bare: Idler[] = [];
  const bareTypeScript: Idler[] = [];
  const environment = storeEnvironment(bench, seeded, 'polling');
  try {
    for (const name of databases) {
      stores.push(await startStore(bench, cluster.urlOf(name), 'polling'));
      bare.push(await startWorker(BARE, environment));
      bareTypeScript.push(await startWorker(BARE, { ...environment, BARE_TYPESCRIPT: 'yes' }));
    }
    bench.say(`memory: ${(SETTLE_MS + WATCH_MS) / 1000} s of idling`);
    await sleep(SETTLE_MS);
    const idling = await watchDatabase(bench, databases);
    const [ours, plain, stripping] = [await weigh(stores), await weigh(bare), await weigh(bareTypeScript)];
    const row = (what: string, key: keyof Weight, yardstick: Weight): Row => ({
      what,
      ours: ours[key],
      yardstick: yardstick[key],
      unit: 'MB',
    });
    return {
      title: TITLE,
      rows: [
        { ...row('resident memory (RSS)', 'rss', plain), budget: { most: 1.5 } },
        row('  against one that loaded type stripping too', 'rss', stripping),
        row('its own share of it (PSS)', 'pss', plain),
      ],
      notes: [
        `median of ${PROCESSES} processes each after ${(SETTLE_MS + WATCH_MS) / 1000} s; the stores are at their second start`,
        ...idling,
      ],
    };
  } finally {
    await Promise.all([...stores, ...bare, ...bareTypeScript].map((each) => each.stop()));
  }
};

async function weigh(processes: readonly Idler[]): Promise<Weight> {
  const all = await Promise.all(processes.map(({ pid }) => memoryOf(pid)));
  return { rss: median(all.map(({ rss }) => rss)), pss: median(all.map(({ pss }) => pss)) };
}

/** Counts what idle stores ask in a minute, and how long they are connected. */
async function watchDatabase({ cluster }: Bench, databases: readonly string[]): Promise<string[]> {
  let looks = 0;
  let connected = 0;
  const asked = await cluster.statements(async () => {
    for (const end = Date.now() + WATCH_MS; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
      const [row] = await cluster.admin.query<{ connected: number }>(
        'SELECT count(DISTINCT datname) AS connected FROM pg_stat_activity WHERE datname = ANY($1)',
        [databases],
      );
      looks += databases.length;
      connected += row?.connected ?? 0;
    }
  });
  const counts = databases.map((name) => asked(name).length);
  const perMinute = (median(counts) * 60_000) / WATCH_MS;
  const kinds = new Map<string, number>();
  for (const text of asked(databases[0] as string)) {
    const head = text.slice(0, 70);
    kinds.set(head, (kinds.get(head) ?? 0) + 1);
  }
  const verdict = perMinute < QUERIES_A_MINUTE ? 'met' : `missed by ${perMinute - QUERIES_A_MINUTE + 1}`;
  return [
    `an idle store sent ${perMinute} queries in a minute (budget: under ${QUERIES_A_MINUTE}, ${verdict})`,
    `it was connected ${((connected / looks) * 100).toFixed(0)} % of that minute (budget: only for the moment of a poll)`,
    ...[...kinds].map(([head, count]) => `  ${count} × ${head}`),
  ];
}
