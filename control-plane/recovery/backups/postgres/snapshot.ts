import { withStoreDatabase } from '../../../../tenant-runtime/database/index.ts';
import { connectionStringOf, type DumpTarget } from './connection.ts';
import {
  beginSnapshot,
  countRows,
  letTakeItsTime,
  selectDatabaseBytes,
  selectMigration,
  selectServerVersion,
  selectTableBytes,
  selectTables,
} from './snapshot-sql.ts';

export type Snapshot = {
  /** Name for `pg_dump --snapshot`; valid while the work is going on. */
  id: string;
  /** Name of the newest migration; null for a database without any. */
  migration: string | null;
  /** Server version such as `15.18`. */
  server: string;
  serverMajor: number;
  /** What a dump of it and the archive of that may take together, in bytes. */
  estimate: number;
  /** What the database takes on the disk of the cluster, in bytes. */
  size: number;
  /** Counts the rows of each table as of the snapshot, `schema.table` → rows. */
  count(counted?: () => void): Promise<Record<string, number>>;
};

/**
 * Holds one state of a store's database still while `work` looks at it. The store goes on meanwhile. When `signal` aborts,
 * the connection is broken off, whatever the database is at.
 */
export async function withSnapshot<T>(
  target: DumpTarget,
  work: (snapshot: Snapshot) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return withStoreDatabase(connectionStringOf(target), { asker: 'backup', ...(signal && { signal }) }, (db) =>
    db.tx(async (tx) => {
      const id = await beginSnapshot(tx);
      const { version, major } = await selectServerVersion(tx);
      return work({
        id,
        migration: await selectMigration(tx),
        server: version,
        serverMajor: major,
        estimate: await selectTableBytes(tx),
        size: await selectDatabaseBytes(tx),
        async count(counted) {
          const counts: Record<string, number> = {};
          await letTakeItsTime(tx);
          for (const table of await selectTables(tx)) {
            counts[`${table.schema}.${table.name}`] = await countRows(tx, table);
            counted?.();
          }
          return counts;
        },
      });
    }),
  );
}
