import { readdir } from 'node:fs/promises';
import pg from 'pg';

const TABLE = 'schema_migrations';

/**
 * Applies the numbered SQL files of `dir` that the database has not seen, in one transaction, under an advisory lock
 * that other starters wait for.
 * @returns names of the migrations that were applied now
 */
export async function migrate(connectionString: string, dir: string): Promise<string[]> {
  if (!(await hasPending(connectionString, dir))) return [];
  // Loaded only when there is work: a store that starts up to date does not carry the migration library in memory.
  const { runner } = await import('node-pg-migrate');
  const applied = await runner({
    // A store's role ends long statements; a migration may take its time, and so may waiting for another's.
    databaseUrl: { connectionString, options: '-c statement_timeout=0' },
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

async function hasPending(connectionString: string, dir: string): Promise<boolean> {
  const files = (await readdir(dir)).filter((file) => file.endsWith('.sql')).map((file) => file.slice(0, -4));
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const known = await client.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [TABLE]);
    if (!known.rows[0]?.exists) return files.length > 0;
    const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${TABLE}`);
    const done = new Set(rows.map((row) => row.name));
    return files.some((file) => !done.has(file));
  } finally {
    await client.end();
  }
}

/** Name of the newest migration in `dir`; null for none. */
export async function newestOf(dir: string): Promise<string | null> {
  const names = (await readdir(dir)).filter((file) => file.endsWith('.sql')).map((file) => file.slice(0, -4));
  return names.sort().at(-1) ?? null;
}
