import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../control-plane/platform/postgres/embedded.ts';
import { createDb } from '../../kernel/db.ts';
import { migrate } from '../../kernel/migrate.ts';
import { migrationsDir, TEMPLATES } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    clusterUrl: string;
  }
}

/** One real cluster for the whole run, with a migrated template database per schema that tests clone. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // The many processes of the tests share what Node made of the sources: each starts in half of the time.
  const cache = await mkdtemp(join(tmpdir(), 'lapak-test-cache-'));
  process.env.NODE_COMPILE_CACHE ??= cache;
  const dir = await mkdtemp(join(tmpdir(), 'lapak-test-pg-'));
  const cluster = await startEmbeddedPostgres({
    dir,
    listen: '*',
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '500' },
  });
  const admin = createDb({ connectionString: cluster.url, max: 1 });
  for (const [kind, name] of Object.entries(TEMPLATES)) {
    await admin.query(`CREATE DATABASE ${name}`);
    await migrate(cluster.url.replace(/\/postgres$/, `/${name}`), migrationsDir(kind as keyof typeof TEMPLATES));
  }
  await admin.close();
  project.provide('clusterUrl', cluster.url);
  return async () => {
    await cluster.stop();
    for (const folder of [dir, cache]) await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  };
}
