import { createDb } from '../../../kernel/db.ts';
import { AppError, errorMessage } from '../../../kernel/errors.ts';
import { closeToPublic, createDatabase, selectCluster, selectMaxConnections } from './sql.ts';

/** Oldest Postgres that the migrations and backups are made for. */
const OLDEST_MAJOR = 15;

/** Connection string of another database of the same cluster. */
export function databaseUrlOf(clusterUrl: string, database: string): string {
  const url = new URL(clusterUrl);
  url.pathname = `/${database}`;
  return url.toString();
}

/** `max_connections` of the cluster. @throws AppError POSTGRES_UNAVAILABLE */
export async function maxConnectionsOf(clusterUrl: string): Promise<number> {
  const cluster = createDb({ connectionString: clusterUrl, max: 1, applicationName: 'lapak-start' });
  try {
    return await selectMaxConnections(cluster);
  } catch (error) {
    throw new AppError('POSTGRES_UNAVAILABLE', `Postgres cannot be used: ${errorMessage(error)}.`, { cause: error });
  } finally {
    await cluster.close();
  }
}

/**
 * Makes sure that the cluster answers, is young enough and has the control plane's own database.
 * @returns connection string of that database
 * @throws AppError POSTGRES_UNAVAILABLE, CONFIG_INVALID; never with the connection string in it
 */
export async function ensureControlDatabase(clusterUrl: string, database: string): Promise<string> {
  const cluster = createDb({ connectionString: clusterUrl, max: 1, applicationName: 'lapak-start' });
  try {
    const { major, exists } = await selectCluster(cluster, database);
    if (major < OLDEST_MAJOR) {
      throw new AppError('CONFIG_INVALID', `DATABASE_URL: expected Postgres ${OLDEST_MAJOR} or newer`);
    }
    if (!exists) await createDatabase(cluster, database);
    await closeToPublic(cluster, database);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('POSTGRES_UNAVAILABLE', `Postgres cannot be used: ${errorMessage(error)}.`, { cause: error });
  } finally {
    await cluster.close();
  }
  return databaseUrlOf(clusterUrl, database);
}
