import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { serve } from '../worker.ts';

/** Whoever took over a store's container has its bot.env and its folder. */
export type Booty = { env: Record<string, string>; folder: string };

/** What was done, by kind; a refusal counts as one too. */
export type Harm = Record<string, number>;

const MB = 1024 * 1024;
/** As its container would let it; the process driver bounds nothing. */
const CONTAINER_CPUS = 0.5;
const LARGEST_LOG = 512 * MB;
const MOST_FILES = 5_000;
const ROW = randomBytes(8 * MB);
const ROWS_AT_ONCE = 16;
const MOST_CONNECTIONS = 200;
/** Ends by itself, whatever becomes of the attacker. */
const ENDLESS = "SELECT count(*) FROM generate_series(1, 1e12::bigint) n WHERE md5(n::text) = ''";

type Attack = { harm: Harm; signal: AbortSignal; breath(): Promise<void>; booty: Booty };
let running: { end: AbortController; done: Promise<unknown>; harm: Harm } | undefined;

/** Does `act` over and over, `lanes` at one time. */
async function again(
  { harm, signal, breath }: Attack,
  what: string,
  lanes: number,
  act: () => Promise<unknown>,
): Promise<void> {
  const lane = async () => {
    while (!signal.aborted) {
      await breath();
      const done = await act().then(
        () => what,
        (error: Error) => `${what} (${/^\d{3}$/.test(error.message) ? error.message : 'refused'})`,
      );
      harm[done] = (harm[done] ?? 0) + 1;
      // What is refused at once would starve the other attacks.
      if (done !== what) await sleep(20);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Keeps this process to so many cores on average. */
function breathOf(cpus: number, signal: AbortSignal): () => Promise<void> {
  const began = performance.now();
  const before = process.cpuUsage();
  return async () => {
    for (;;) {
      const { user, system } = process.cpuUsage(before);
      const ahead = (user + system) / 1000 / cpus - (performance.now() - began);
      if (ahead <= 0 || signal.aborted) return;
      await sleep(Math.min(ahead, 250));
    }
  };
}

function post(url: string, body: string, headers: Record<string, string> = {}): Promise<unknown> {
  const signal = AbortSignal.timeout(60_000);
  const sent = fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    signal,
  });
  return sent.then(async (answer) => {
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(String(answer.status));
  });
}

const floodWebhooks = (attack: Attack): Promise<void>[] => {
  const { BOT_WEBHOOK_PORT, PAKASIR_PORT } = attack.booty.env;
  const body = JSON.stringify({ update_id: 1, message: { text: 'x'.repeat(64_000) } });
  return [
    again(attack, 'updates', 16, () => post(`http://127.0.0.1:${BOT_WEBHOOK_PORT}/telegram`, body)),
    again(attack, 'payments', 16, () =>
      post(`http://127.0.0.1:${PAKASIR_PORT}/webhooks/pakasir`, '{"order_id":"tg1-forged"}'),
    ),
  ];
};

const reportEvents = (attack: Attack): Promise<void> => {
  const { CONTROL_PLANE_URL: url, CONTROL_PLANE_TOKEN: token, STORE_SLUG: store } = attack.booty.env;
  const event = { kind: 'flood', severity: 'fatal', text: '<b>x</b>'.repeat(1900), at: new Date().toISOString() };
  return again(attack, 'reports', 8, () => {
    const events = Array.from({ length: 10 }, () => ({ ...event, id: randomUUID() }));
    const headers = { authorization: `Bearer ${token}` };
    return post(`${url}/v1/tenants/${store}/events`, JSON.stringify({ events }), headers);
  });
};

/** All connections that its role may have, each within a transaction. */
async function takeConnections(attack: Attack): Promise<void> {
  const held: pg.Client[] = [];
  await again(attack, 'connections', 1, async () => {
    if (held.length >= MOST_CONNECTIONS) throw new Error('enough');
    const client = new pg.Client({ connectionString: attack.booty.env.DATABASE_URL ?? '' });
    client.on('error', () => held.splice(held.indexOf(client), 1));
    await client.connect();
    held.push(client);
    await client.query('BEGIN');
  });
  await Promise.allSettled(held.map((client) => client.end()));
}

async function writeRows(attack: Attack): Promise<void> {
  const pool = new pg.Pool({ connectionString: attack.booty.env.DATABASE_URL ?? '', max: 1 });
  pool.on('error', () => {});
  let rows = 0;
  await again(attack, 'rows of 8 MB', 1, async () => {
    await pool.query('CREATE TABLE IF NOT EXISTS flood (what bytea)');
    await pool.query('INSERT INTO flood VALUES ($1)', [ROW]);
    rows += 1;
    if (rows % ROWS_AT_ONCE === 0) await pool.query('TRUNCATE flood');
  });
  await pool.end();
}

const fillFolder = ({ booty: { folder }, ...attack }: Attack): Promise<void>[] => {
  const output = join(folder, 'logs', 'runtime', 'output.log');
  const line = `{"level":"fatal","time":"9999-12-31T23:59:59Z","msg":"${'\x1b[2J'.repeat(20)}${'x'.repeat(MB)}"}\n`;
  const files = join(folder, 'logs', 'flood');
  let made = 0;
  return [
    again({ ...attack, booty: { folder, env: {} } }, 'megabytes of log', 1, async () => {
      if ((await stat(output)).size > LARGEST_LOG) throw new Error('enough');
      await appendFile(output, line);
    }),
    again({ ...attack, booty: { folder, env: {} } }, 'files', 1, async () => {
      if (made % MOST_FILES === 0) await rm(files, { recursive: true, force: true });
      await mkdir(files, { recursive: true });
      made += 1;
      await writeFile(join(files, String(made)), '');
    }),
  ];
};

/** What no container bounds: the work of its connections is the cluster's. And two cores of its own, where nothing bounds it. */
async function burn({ booty, signal, harm }: Attack): Promise<void> {
  const threads = Array.from({ length: 2 }, () => new Worker('for (;;);', { eval: true }));
  const ended = once(signal, 'abort');
  const queries = Array.from({ length: 4 }, async () => {
    while (!signal.aborted) {
      const client = new pg.Client({ connectionString: booty.env.DATABASE_URL ?? '' });
      client.on('error', () => {});
      const asked = client.connect().then(() => client.query(ENDLESS));
      // A client that is ended while it connects never says so.
      await Promise.race([asked.catch(() => sleep(500)), ended]);
      harm['endless queries'] = (harm['endless queries'] ?? 0) + 1;
      void client.end().catch(() => {});
    }
  });
  await Promise.all(queries);
  await Promise.all(threads.map((thread) => thread.terminate()));
}

serve({
  attack({ booty, burns }: { booty: Booty; burns: boolean }): void {
    const end = new AbortController();
    const { signal } = end;
    const harm: Harm = {};
    const attack: Attack = { harm, signal, booty, breath: breathOf(burns ? 8 : CONTAINER_CPUS, signal) };
    const all = [...floodWebhooks(attack), ...fillFolder(attack), reportEvents(attack), writeRows(attack)];
    running = { end, harm, done: Promise.all([...all, burns ? burn(attack) : takeConnections(attack)]) };
    // Told when it is ended.
    running.done.catch(() => {});
  },
  async end(): Promise<Harm> {
    running?.end.abort();
    await running?.done;
    return running?.harm ?? {};
  },
});
