import { createDb, type Db } from '../../../kernel/db.ts';
import { AppError, errorMessage } from '../../../kernel/errors.ts';
import { assertOwnSessions } from '../../../kernel/session.ts';
import { closeToPublic, createDatabase, selectCluster, selectMaxConnections, selectReadOnly } from './sql.ts';

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
    await assertOwnSessions(clusterUrl);
    await assertWritable(cluster);
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

/** A standby, or a cluster that its provider closed: often because its disk is full. */
async function assertWritable(cluster: Db): Promise<void> {
  const why = await selectReadOnly(cluster);
  if (why === undefined) return;
  const mend =
    why === 'standby'
      ? 'it is a standby. Set DATABASE_URL to the primary.'
      : 'default_transaction_read_only is on. Providers set it when the disk is full: free some space or enlarge the disk, then set it off (ALTER SYSTEM, ALTER DATABASE or ALTER ROLE ... RESET default_transaction_read_only).';
  throw new AppError('POSTGRES_UNAVAILABLE', `Postgres takes no changes: ${mend}`);
}
