import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../control-plane/platform/postgres/embedded.ts';
import { createDb, type Db } from '../../kernel/db.ts';

/** The one Postgres cluster that both sides of every comparison stand on, with durability as Postgres ships it. */
export type BenchCluster = {
  /** Connection string of the superuser. */
  clusterUrl: string;
  admin: Db;
  /** Makes an empty database, or a copy of one that nobody is connected to. */
  database(name: string, template?: string): Promise<string>;
  urlOf(database: string): string;
  /** Runs `work` and returns every statement that reached the cluster meanwhile, by database and in order. */
  statements(work: () => Promise<unknown>): Promise<(database: string) => string[]>;
  close(): Promise<void>;
};

export async function startCluster(): Promise<BenchCluster> {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-bench-'));
  const cluster = await startEmbeddedPostgres({ dir, settings: { log_line_prefix: '@%d@' } });
  const admin = createDb({ connectionString: cluster.url, max: 1, applicationName: 'bench' });
  const urlOf = (database: string) => cluster.url.replace(/\/postgres$/, `/${database}`);
  const logFile = join(dir, 'postgres.log');

  async function logStatements(on: boolean): Promise<void> {
    await admin.query(on ? "ALTER SYSTEM SET log_statement = 'all'" : 'ALTER SYSTEM RESET log_statement');
    await admin.query('SELECT pg_reload_conf()');
    // Sessions learn of it by a signal; there is nothing to wait on.
    await sleep(300);
  }

  return {
    clusterUrl: cluster.url,
    admin,
    urlOf,
    async database(name, template) {
      await admin.query(`CREATE DATABASE ${name}${template ? ` TEMPLATE ${template}` : ''}`);
      return urlOf(name);
    },
    async statements(work) {
      await logStatements(true);
      const before = (await readFile(logFile)).length;
      try {
        await work();
      } finally {
        await logStatements(false);
      }
      const logged = (await readFile(logFile)).subarray(before).toString('utf8');
      return (database) => parseStatements(logged, database);
    },
    async close() {
      await admin.close();
      await cluster.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The texts of one database's statements, on one line each, as the server logged them. */
function parseStatements(log: string, database: string): string[] {
  return log
    .split(/^@/m)
    .filter((entry) => entry.startsWith(`${database}@LOG:  `))
    .flatMap((entry) => {
      const [, text] = /^LOG: {2}(?:statement|execute [^:]+): ([\s\S]*)$/.exec(entry.slice(database.length + 1)) ?? [];
      return text === undefined ? [] : [text.replace(/\s+/g, ' ').trim()];
    });
}
