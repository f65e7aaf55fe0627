import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HostProcess, spawnHost } from '../../support/host.ts';
import { freePorts } from '../../support/ports.ts';
import type { Bench, Measure } from '../bench.ts';
import { cpuMillis, memoryOf } from '../process-cost.ts';
import type { Row } from '../report.ts';
import { startStore, storeEnvironment } from '../runtime.ts';
import { seedShop } from '../seed.ts';

/** A host settles with so many before the further ones come. */
const FIRST = 10;
const FURTHER = Number(process.env.BENCH_POOLED ?? 50);
/** An idle store has let go of its connections by then, and its start is forgotten. */
const SETTLE_MS = 45_000;
const WATCH_MS = 120_000;
const MB_EACH = 1;
const CORE_EACH = 0.0001;

const TITLE = 'one further idle store of a host that polls, against one in a process of its own';

type Use = { rss: number; cores: number };

/** What one more store costs a host in memory and processor time, and how fast stores start there. */
export const measurePooled: Measure = async (bench) => {
  if (process.platform !== 'linux') return { title: TITLE, rows: [], notes: [], skipped: 'only Linux has /proc' };
  const { cluster } = bench;
  const seeded = await cluster.database('bench_pooled');
  await seedShop(seeded);
  const alone = await startStore(bench, seeded, 'polling');
  await alone.stop();
  const total = FIRST + FURTHER;
  for (let n = 0; n <= total; n += 1) await cluster.database(`bench_pooled_${n}`, 'bench_pooled');
  const dedicated = await startStore(bench, cluster.urlOf(`bench_pooled_${total}`), 'polling');
  const host = await startHost(bench);
  try {
    await open(bench, host, 0, FIRST);
    const before = await watch(bench, host.pid);
    const cpuBefore = (await cpuMillis(host.pid)) ?? 0;
    const tookMs = await open(bench, host, FIRST, total);
    const cpuEach = (((await cpuMillis(host.pid)) ?? 0) - cpuBefore) / FURTHER;
    const [after, own] = await Promise.all([watch(bench, host.pid), watch(bench, dedicated.pid)]);
    const each = { rss: (after.rss - before.rss) / FURTHER, cores: (after.cores - before.cores) / FURTHER };
    const row = (what: string, key: keyof Use, unit: string): Row => ({
      what,
      ours: each[key],
      yardstick: own[key],
      unit,
    });
    const met = (value: number, most: number) => (value <= most ? 'met' : 'missed');
    return {
      title: TITLE,
      rows: [row('resident memory (RSS)', 'rss', 'MB'), row('processor, idle', 'cores', 'cores')],
      notes: [
        `${each.rss.toFixed(2)} MB for each further store (budget ${MB_EACH}, ${met(each.rss, MB_EACH)}); the host with ${total}: ${after.rss.toFixed(0)} MB`,
        `${(each.cores * 100).toFixed(4)} % of a core for each (budget ${CORE_EACH * 100} %, ${met(each.cores, CORE_EACH)}); over ${WATCH_MS / 1000} s`,
        `${FURTHER} stores opened in ${(tookMs / 1000).toFixed(1)} s: ${((FURTHER * 1000) / tookMs).toFixed(1)} a second, ${cpuEach.toFixed(0)} ms of the host's processor each`,
      ],
    };
  } finally {
    host.kill('SIGTERM');
    await Promise.all([host.exited, dedicated.stop()]);
  }
};

async function startHost({ scratch, atEnd }: Bench): Promise<HostProcess> {
  const folder = join(scratch, 'shard');
  await mkdir(folder, { recursive: true });
  const host = await spawnHost(folder, await freePorts(2), { thrifty: true });
  atEnd(async () => {
    host.kill('SIGKILL');
    await host.exited;
  });
  return host;
}

/** @returns milliseconds until all of them were open */
async function open(bench: Bench, host: HostProcess, from: number, to: number): Promise<number> {
  const { cluster, scratch } = bench;
  const ports = await freePorts(2 * (to - from));
  const stores = Array.from({ length: to - from }, (_, n) => ({ slug: `toko${from + n}`, at: 2 * n, n: from + n }));
  for (const { slug, n } of stores) {
    const folder = join(scratch, slug);
    await mkdir(folder, { recursive: true });
    const { LOG_DIR: _, ...env } = storeEnvironment(bench, cluster.urlOf(`bench_pooled_${n}`), 'polling');
    const lines = { ...env, STORE_SLUG: slug, TELEGRAM_BOT_TOKEN: `${8000 + n}:${'b'.repeat(35)}` };
    await writeFile(
      join(folder, 'bot.env'),
      Object.entries(lines)
        .map(([key, value]) => `${key}='${value}'\n`)
        .join(''),
    );
  }
  const began = performance.now();
  await Promise.all(
    stores.map(async ({ slug, at }) => {
      const spec = {
        folder: join(scratch, slug),
        generation: 1,
        specHash: 'bench',
        ports: { telegram: ports[at], pakasir: ports[at + 1] },
      };
      let seen = await host.of('PUT', `/stores/${slug}`, spec);
      for (; seen.state === 'starting'; await sleep(50)) seen = await host.of('GET', `/stores/${slug}`);
      if (seen.state !== 'running') throw new Error(`${slug} did not start: ${seen.exit?.error}`);
    }),
  );
  return performance.now() - began;
}

async function watch({ say }: Bench, pid: number): Promise<Use> {
  say(`pooled: ${(SETTLE_MS + WATCH_MS) / 1000} s of idling`);
  await sleep(SETTLE_MS);
  const [began, before] = [performance.now(), (await cpuMillis(pid)) ?? 0];
  await sleep(WATCH_MS);
  const used = ((await cpuMillis(pid)) ?? 0) - before;
  return { rss: (await memoryOf(pid)).rss, cores: used / (performance.now() - began) };
}
