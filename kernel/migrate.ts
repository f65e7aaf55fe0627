import { readdir } from 'node:fs/promises';
import type pg from 'pg';
import type { AnswerBounds } from './bounded-client.ts';
import { connect } from './session.ts';

const TABLE = 'schema_migrations';

/**
 * Applies the numbered SQL files of `dir` that the database has not seen, in one transaction, under an advisory lock
 * that other starters wait for.
 * @param bounds what one answer may be, of a database that others write to
 * @returns names of the migrations that were applied now
 */
export async function migrate(connectionString: string, dir: string, bounds?: AnswerBounds): Promise<string[]> {
  // A store's role ends long statements; a migration may take its time, and so may waiting for another's.
  const client = await connect({ connectionString }, { statementTimeoutMillis: 0, bounds });
  try {
    return (await hasPending(client, dir)) ? await apply(client, dir) : [];
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, dir: string): Promise<string[]> {
  // Loaded only when there is work: a store that starts up to date does not carry the migration library in memory.
  const { runner } = await import('node-pg-migrate');
  const applied = await runner({
    dbClient: client,
    dir,
    direction: 'up',
    migrationsTable: TABLE,
    singleTransaction: true,
    advisoryLockMode: 'wait',
    checkOrder: true,
    log: () => {},
  });
  return applied.map((migration) => migration.name);
}

async function hasPending(client: pg.Client, dir: string): Promise<boolean> {
  const files = (await readdir(dir)).filter((file) => file.endsWith('.sql')).map((file) => file.slice(0, -4));
  const known = await client.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [TABLE]);
  if (!known.rows[0]?.exists) return files.length > 0;
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${TABLE}`);
  const done = new Set(rows.map((row) => row.name));
  return files.some((file) => !done.has(file));
}

/** Name of the newest migration in `dir`; null for none. */
export async function newestOf(dir: string): Promise<string | null> {
  const names = (await readdir(dir)).filter((file) => file.endsWith('.sql')).map((file) => file.slice(0, -4));
  return names.sort().at(-1) ?? null;
}
