import { join } from 'node:path';
import type { z } from 'zod';
import { createDb, type Db } from '../../kernel/db.ts';
import { AppError } from '../../kernel/errors.ts';
import { migrate } from '../../kernel/migrate.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations', 'tenant');

/**
 * Brings a store's database to the newest schema.
 * @returns names of the migrations that were applied now
 */
export const migrateStoreDatabase = (connectionString: string): Promise<string[]> =>
  migrate(connectionString, MIGRATIONS);

/**
 * One connection to a store's database, for as long as `work` takes.
 * `asker` is the name that Postgres shows for the connection; a statement ends after `statementTimeoutMillis`, or when the
 * store's role says so where that is unset.
 */
export async function withStoreDatabase<T>(
  connectionString: string,
  { asker, statementTimeoutMillis }: { asker: string; statementTimeoutMillis?: number },
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const db = createDb({
    connectionString,
    max: 1,
    applicationName: `lapak-${asker}`,
    ...(statementTimeoutMillis === undefined ? {} : { statementTimeoutMillis }),
  });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/**
 * Rows as `schema` says. A store's role owns its tables and may have put anything there.
 * @throws AppError TENANT_STATE_CONFLICT
 */
export function parseRows<T>(table: string, schema: z.ZodType<T>, rows: readonly unknown[]): T[] {
  return rows.map((row) => {
    const { success, data } = schema.safeParse(row);
    if (success) return data;
    throw new AppError(
      'TENANT_STATE_CONFLICT',
      `The table ${table} of the store's database holds rows that its runtime does not write.`,
    );
  });
}
