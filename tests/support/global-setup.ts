import { chmod, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pino from 'pino';
import type { TestProject } from 'vitest/node';
import { QUEUES as CONTROL_QUEUES, JOBS_SCHEMA } from '../../control-plane/composition/jobs.ts';
import { startEmbeddedPostgres } from '../../control-plane/platform/postgres/embedded.ts';
import { createDb, type Db } from '../../kernel/db.ts';
import { createJobs, type QueueSpec } from '../../kernel/jobs.ts';
import { migrate } from '../../kernel/migrate.ts';
import { findPostgresTools } from '../../kernel/postgres-tools.ts';
import { QUEUES as TENANT_QUEUES } from '../../tenant-runtime/composition/index.ts';
import { migrationsDir, TEMPLATES } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    clusterUrl: string;
  }
}

const QUEUES: Record<keyof typeof TEMPLATES, Record<string, QueueSpec>> = {
  control: CONTROL_QUEUES,
  tenant: TENANT_QUEUES,
};

/** Nothing here outlives the run, and databases of a few rows come and go. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
  max_connections: '500',
};

const ENOUGH_BYTES = 4 * 1024 ** 3;

/** Memory where there is enough of it: on a disk the hundreds of files of a cloned database take a second to make, not a twentieth. */
async function quickFolder(): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => undefined);
  return memory && memory.bavail * memory.bsize > ENOUGH_BYTES ? '/dev/shm' : tmpdir();
}

/** The tests' own connections prove no password: ten thousand proofs take minutes of both sides. Everybody else's do. */
async function trustSuperuser(admin: Db): Promise<void> {
  const [row] = await admin.query<{ file: string; name: string }>(
    "SELECT current_setting('hba_file') AS file, current_user AS name",
  );
  const { file, name } = row as { file: string; name: string };
  await writeFile(file, `host all ${name} 127.0.0.1/32 trust\n${await readFile(file, 'utf8')}`);
  await admin.query('SELECT pg_reload_conf()');
}

/** Debian's pg_dump on the PATH is a script in Perl around the program, and tests run it hundreds of times. */
async function preferPostgresPrograms(): Promise<void> {
  const tools = await findPostgresTools({}, 15);
  if (tools.kind === 'found') process.env.LAPAK_PG_BIN ??= dirname(tools.pgDump);
}

/** Everything that the tests leave lies in one folder, which goes with the run. */
async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lapak-tests-'));
  // Clusters and stores of some tests run as other users.
  await chmod(folder, 0o1777);
  process.env.TMPDIR = folder;
  return folder;
}

/** One real cluster for the whole run, with a template database per kind that tests clone: as its owner's first start leaves it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await scratchFolder();
  // The many processes of the tests share what Node made of the sources: each starts in half of the time.
  process.env.NODE_COMPILE_CACHE ??= join(scratch, 'compile-cache');
  await preferPostgresPrograms();
  const dir = await mkdtemp(join(await quickFolder(), 'lapak-test-pg-'));
  const cluster = await startEmbeddedPostgres({ dir, settings: SETTINGS });
  const admin = createDb({ connectionString: cluster.url, max: 1 });
  await trustSuperuser(admin);
  const prepare = async (kind: keyof typeof TEMPLATES) => {
    const connectionString = cluster.url.replace(/\/postgres$/, `/${TEMPLATES[kind]}`);
    await admin.query(`CREATE DATABASE ${TEMPLATES[kind]}`);
    await migrate(connectionString, migrationsDir(kind));
    const log = pino({ level: 'silent' });
    const jobs = createJobs({ connectionString, schema: JOBS_SCHEMA, queues: QUEUES[kind], log });
    await jobs.start();
    await jobs.stop();
  };
  await Promise.all([prepare('control'), prepare('tenant')]);
  await admin.close();
  project.provide('clusterUrl', cluster.url);
  return async () => {
    await cluster.stop();
    for (const folder of [dir, scratch]) await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  };
}
