import pg from 'pg';
import { createDb } from '../../kernel/db.ts';
import { AppError, errorMessage } from '../../kernel/errors.ts';

/** Oldest Postgres that the migrations and backups are made for. */
const OLDEST_MAJOR = 15;

/** Connection string of another database of the same cluster. */
export function databaseUrlOf(clusterUrl: string, database: string): string {
  const url = new URL(clusterUrl);
  url.pathname = `/${database}`;
  return url.toString();
}

/**
 * Makes sure that the cluster answers, is young enough and has the control plane's own database.
 * @returns connection string of that database
 * @throws AppError POSTGRES_UNAVAILABLE, CONFIG_INVALID; never with the connection string in it
 */
export async function ensureControlDatabase(clusterUrl: string, database: string): Promise<string> {
  const cluster = createDb({ connectionString: clusterUrl, max: 1, applicationName: 'lapak-start' });
  try {
    const [row] = await cluster.query<{ major: number; exists: boolean }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS major,
              EXISTS (SELECT FROM pg_database WHERE datname = $1) AS exists`,
      [database],
    );
    if ((row?.major ?? 0) < OLDEST_MAJOR) {
      throw new AppError('CONFIG_INVALID', `DATABASE_URL: expected Postgres ${OLDEST_MAJOR} or newer`);
    }
    const name = pg.escapeIdentifier(database);
    if (!row?.exists) await cluster.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
    await cluster.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('POSTGRES_UNAVAILABLE', `Postgres cannot be used: ${errorMessage(error)}.`, { cause: error });
  } finally {
    await cluster.close();
  }
  return databaseUrlOf(clusterUrl, database);
}
