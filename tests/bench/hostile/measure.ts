import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { createDb } from '../../../kernel/db.ts';
import { forEachConcurrently } from '../../../kernel/semaphore.ts';
import { createSandboxClient, type SandboxClient } from '../../../sandbox/client.ts';
import { runtimesBelow } from '../../control-plane/support/processes.ts';
import { freePort } from '../../support/ports.ts';
import { stockUp } from '../../support/shoppers.ts';
import type { Bench, Measure } from '../bench.ts';
import { type Plane, startPlane } from '../control-plane.ts';
import { median, percentile, type Row } from '../report.ts';
import { startWorker, type Worker } from '../worker.ts';
import type { Booty, Harm } from './attacker.ts';
import type { Shop, Shopped } from './shopping.ts';

const HOSTILE = 's-hostile';
const OPENED_AT_ONCE = 3;
const TURNS = 3;
const LIST_EVERY_MS = 1000;
/** A purchase takes ten seconds and more. */
const UNITS_PER_SECOND = 0.2;
const DELIVERED_WITHIN_MS = 60_000;
const BUDGET = { most: 1.5 };
const [FROM, TO] = [25_000, 25_399];

type Part = { name: string; shopped: Shopped; lists: number[]; lost: string[]; harm: Harm };

const newPart = (name: string): Part => ({
  name,
  shopped: { latencies: [], paid: [], faults: [] },
  lists: [],
  lost: [],
  harm: {},
});

/** Whether many stores with a hostile one among them serve as they do without it: answers, and orders. */
export const measureHostile: Measure = async (bench) => {
  const { seconds, stores: count } = bench.soak;
  const { client, url } = await startSandbox(bench);
  const owner = await client.createBot({});
  const plane = await startPlane(bench, {
    LAPAK_DRIVER: 'process',
    LAPAK_ALLOW_ROOT_PROCESSES: 'true',
    LAPAK_PORT_RANGE: `${FROM}-${TO}`,
    // Stores report only to an address that they can know beforehand, and only where somebody tells the owners.
    LAPAK_PORT: String(await freePort()),
    OWNER_BOT_TOKEN: owner.token,
    TELEGRAM_OWNER_IDS: '8001',
    TELEGRAM_API_ROOT: url,
    PAKASIR_API_BASE: `${url}/pakasir`,
  });
  bench.atEnd(async () => {
    await plane.stop();
    for (const pid of await runtimesBelow(join(bench.scratch, 'plane', 'deployments'))) process.kill(pid, 'SIGKILL');
  });
  const names = [HOSTILE, ...Array.from({ length: count - 1 }, (_, index) => `s-honest-${index + 1}`)];
  const shops: (Shop & Booty & { database: string })[] = [];
  await forEachConcurrently(OPENED_AT_ONCE, names, async (store) => {
    shops.push(await openShop(bench, plane, client, store, Math.ceil(seconds * 3 * UNITS_PER_SECOND) + 50));
    bench.say(`hostile: ${shops.length} of ${count} stores are open`);
  });
  const hostile = shops.find(({ store }) => store === HOSTILE) as (typeof shops)[number];
  const honest = shops.filter((shop) => shop !== hostile);
  const customers = await startWorker(join(import.meta.dirname, 'shopping.ts'));
  bench.atEnd(() => customers.stop());
  await customers.ask({ kind: 'arrive', url, shops: honest.map(({ store, bot }) => ({ store, bot })) });
  // Everything is loaded, compiled and planned before it is measured.
  await customers.ask({ kind: 'shop', forMs: 15_000 });

  const shop = async (part: Part): Promise<void> => {
    const over = new AbortController();
    const lists = timeLists(plane, over.signal);
    const shopped = await customers.ask<Shopped>({ kind: 'shop', forMs: (seconds * 1000) / TURNS });
    over.abort();
    part.lists.push(...(await lists));
    for (const key of ['latencies', 'paid', 'faults'] as const) part.shopped[key].push(...(shopped[key] as never[]));
  };
  const beside = async (part: Part, burns: boolean): Promise<void> => {
    const attacker = await startWorker(join(import.meta.dirname, 'attacker.ts'));
    bench.atEnd(() => attacker.stop());
    const { env, folder } = hostile;
    await attacker.ask({ kind: 'attack', booty: { env, folder }, burns });
    await shop(part);
    for (const [what, times] of Object.entries(await attacker.ask<Harm>({ kind: 'end' })))
      part.harm[what] = (part.harm[what] ?? 0) + times;
    await attacker.stop();
  };
  const parts = ['without it', 'with it', 'with it, its processor unbounded'].map(newPart);
  const [quiet, attacked, burnt] = parts as [Part, Part, Part];
  // By turns: what else the machine does meanwhile falls on all of them.
  for (let turn = 1; turn <= TURNS; turn += 1) {
    bench.say(`hostile: turn ${turn} of ${TURNS}`);
    await shop(quiet);
    await beside(attacked, false);
    await beside(burnt, true);
  }
  for (const part of parts) part.lost = await lostOf(bench, honest, part.shopped);
  const twice = await toldTwice(customers);
  const orders = parts.reduce((sum, { shopped }) => sum + shopped.paid.length, 0);
  const lost = parts.flatMap((part) => part.lost);
  const row = (what: string, of: (part: Part) => number, part = attacked): Row => ({
    what,
    ours: of(part),
    yardstick: of(quiet),
    unit: 'ms',
  });
  const p99 = ({ shopped }: Part) => percentile(shopped.latencies, 0.99);
  const middle = ({ shopped }: Part) => median(shopped.latencies);
  if (lost.length > 0 || twice.length > 0)
    throw new Error(`orders were lost, or told twice:\n${[...lost, ...twice].join('\n')}`);
  return {
    title: `${count - 1} stores with customers, beside a hostile one, against themselves without it; ${seconds} s each`,
    rows: [
      { ...row('an answer in a chat, p99', p99), budget: BUDGET },
      row('  the median', middle),
      row("  the operator's list of stores, median", ({ lists }) => median(lists)),
      row('with its processor unbounded: an answer, p99', p99, burnt),
      row('  the median', middle, burnt),
    ],
    notes: [
      `${orders} orders were paid, of which 0 were lost and 0 told twice; ${parts.map(({ name, shopped }) => `${shopped.latencies.length} answers ${name}, ${shopped.faults.length} of them in vain`).join('; ')}`,
      `it did ${printed(attacked.harm)}; unbounded ${printed(burnt.harm)}`,
      'the process driver bounds no processor: the hostile one keeps to half a core by itself, as its container would make it; the last rows show it on two cores of its own, and four in the cluster, whose processor no driver bounds',
      ...parts.flatMap(({ shopped }) => shopped.faults.slice(0, 5)),
    ],
  };
};

async function startSandbox(bench: Bench): Promise<{ client: SandboxClient; url: string }> {
  const entry = join(import.meta.dirname, '..', '..', '..', 'sandbox', 'main.ts');
  const child: ChildProcess = spawn(process.execPath, [entry], {
    env: { PATH: process.env.PATH, SANDBOX_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  bench.atEnd(async () => child.kill('SIGTERM'));
  const [line] = await once(createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }), 'line');
  const url = /http:\S+/.exec(line)?.[0] ?? '';
  return { client: createSandboxClient(url), url };
}

async function openShop(bench: Bench, plane: Plane, client: SandboxClient, store: string, units: number) {
  const { id, token } = await client.createBot({});
  const project = { slug: store, apiKey: 'kunci-rahasia' };
  await client.pakasir.createProject(project);
  await plane.open(store, token, { pakasir: project });
  const { folder, ports, database } = await plane.tenant(store);
  await client.pakasir.createProject({ ...project, webhookUrl: `http://127.0.0.1:${ports?.pakasir}/webhooks/pakasir` });
  const env = parseEnv(await readFile(join(folder, 'bot.env'), 'utf8')) as Record<string, string>;
  const db = createDb({ connectionString: bench.cluster.urlOf(database), max: 1 });
  await stockUp(db, env.DATA_ENCRYPTION_KEY as string, units);
  await db.close();
  return { store, bot: { id }, folder, database, env };
}

/** How long an operator waits for the list of stores, once a second. */
async function timeLists(plane: Plane, signal: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  while (!signal.aborted) {
    times.push(await plane.list());
    await sleep(LIST_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return times;
}

/** Paid orders that were not delivered, and stores that parted with another number of goods than was paid for. */
async function lostOf(bench: Bench, shops: readonly { store: string; database: string }[], { paid }: Shopped) {
  const lost: string[] = [];
  for (const { store, database } of shops) {
    const refs = paid.filter((each) => each.store === store).map(({ ref }) => ref);
    const db = createDb({ connectionString: bench.cluster.urlOf(database), max: 1 });
    const until = performance.now() + DELIVERED_WITHIN_MS;
    for (;;) {
      const rows = await db.query<{ ref: string; status: string; units: number }>(
        `SELECT o.ref, o.status, (SELECT count(*)::int FROM stock_units u WHERE u.order_id = o.id AND u.status = 'sold') AS units
           FROM orders o WHERE o.ref = ANY($1)`,
        [refs],
      );
      const good = rows.filter(({ status, units }) => status === 'delivered' && units === 1);
      if (good.length === refs.length) break;
      if (performance.now() < until) await sleep(500);
      else {
        const whole = new Set(good.map(({ ref }) => ref));
        lost.push(...refs.filter((ref) => !whole.has(ref)).map((ref) => `${store} ${ref}`));
        break;
      }
    }
    await db.close();
  }
  return lost;
}

async function toldTwice(customers: Worker): Promise<string[]> {
  const seen = new Set<string>();
  const refs = await customers.ask<string[]>({ kind: 'receipts' });
  return refs.filter((ref) => seen.size === seen.add(ref).size).map((ref) => `${ref} was told twice`);
}

const printed = (harm: Harm): string =>
  Object.entries(harm)
    .map(([what, times]) => `${times} ${what}`)
    .join(', ');
