import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../control-plane/platform/postgres/embedded.ts';
import { createDb } from '../../kernel/db.ts';

/** A Postgres that is there to be killed. */
export type Cluster = {
  /** Connection string of the store's database; it stays the same over restarts. */
  url: string;
  /** SIGKILL of the postmaster: what was committed is recovered from the log at the next start. */
  kill(): Promise<void>;
  /** Cuts everybody off. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it for good and removes its folder. */
  close(): Promise<void>;
};

const STARTS = 20;
/** A killed process loses nothing that was handed to the system: only a machine that dies would need fsync. */
const SETTINGS = { fsync: 'off', max_connections: '120' };

export async function startCluster(): Promise<Cluster> {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-chaos-pg-'));
  let cluster: EmbeddedPostgres = await startEmbeddedPostgres({ dir, settings: SETTINGS });
  const { port } = cluster;
  const admin = createDb({ connectionString: cluster.url, max: 1 });
  await admin.query('CREATE DATABASE toko');
  const [row] = await admin.query<{ dir: string }>(`SELECT current_setting('data_directory') AS dir`);
  await admin.close();
  let closed = false;

  async function kill(): Promise<void> {
    const written = await readFile(join(row!.dir, 'postmaster.pid'), 'utf8').catch(() => '');
    const pid = Number(written.split('\n')[0]);
    if (pid <= 1) return;
    // Until it is gone, whoever looks takes it for alive.
    for (let signal: NodeJS.Signals | 0 = 'SIGKILL'; isThere(pid, signal); signal = 0) await sleep(20);
  }

  /** The orphans of a killed postmaster hold its memory for a moment, and it does not start beside them. */
  async function start(): Promise<void> {
    for (let made = 1; !closed; made += 1) {
      try {
        cluster = await startEmbeddedPostgres({ dir, settings: SETTINGS });
        if (cluster.port === port) return;
        await cluster.stop();
        throw new Error(`its port ${port} is taken`);
      } catch (error) {
        if (made === STARTS) throw error;
        await sleep(200);
      }
    }
  }

  return {
    url: cluster.url.replace(/\/postgres$/, '/toko'),
    kill,
    stop: () => cluster.stop(),
    start,
    async close() {
      closed = true;
      await cluster.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function isThere(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
