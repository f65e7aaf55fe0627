import { join } from 'node:path';
import { inject } from 'vitest';
import { createDb, type Db } from '../../kernel/db.ts';
import { shortId } from '../../kernel/ids.ts';

/** Databases that global set-up has made: migrated, with the schema and queues of the jobs. */
export const TEMPLATES = { control: 'template_control', tenant: 'template_tenant' } as const;

/** SQL that makes a database as a copy of a template. Copying files leaves nothing in the log to write twice. */
export const cloneOf = (kind: keyof typeof TEMPLATES, name: string): string =>
  `CREATE DATABASE ${name} TEMPLATE ${TEMPLATES[kind]} STRATEGY FILE_COPY`;

export function migrationsDir(kind: keyof typeof TEMPLATES): string {
  return join(import.meta.dirname, '..', '..', 'migrations', kind);
}

export type TestDatabase = { url: string; name: string; db: Db; drop(): Promise<void> };

/** Connection string of the superuser of the cluster that this run started. */
export function clusterUrl(): string {
  return inject('clusterUrl');
}

/** A database of this test's own: a clone of a migrated template, or an empty one. */
export async function testDatabase(kind: keyof typeof TEMPLATES | 'empty'): Promise<TestDatabase> {
  const name = `test_${shortId()}`;
  const admin = createDb({ connectionString: clusterUrl(), max: 1 });
  await admin.query(kind === 'empty' ? `CREATE DATABASE ${name}` : cloneOf(kind, name));
  const url = clusterUrl().replace(/\/postgres$/, `/${name}`);
  const db = createDb({ connectionString: url, max: 4 });
  return {
    url,
    name,
    db,
    async drop() {
      await db.close();
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.close();
    },
  };
}
