import { join } from 'node:path';
import type { z } from 'zod';
import type { AnswerBounds } from '../../kernel/bounded-client.ts';
import { createDb, type Db } from '../../kernel/db.ts';
import { AppError } from '../../kernel/errors.ts';
import { migrate } from '../../kernel/migrate.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations', 'tenant');

const MIB = 1024 * 1024;
/** Many times what a statement of ours asks for, and little beside the memory of a process. */
const BOUNDS: AnswerBounds = { message: MIB, answer: 16 * MIB };

/**
 * Brings a store's database to the newest schema.
 * @returns names of the migrations that were applied now
 */
export const migrateStoreDatabase = (connectionString: string): Promise<string[]> =>
  migrate(connectionString, MIGRATIONS, BOUNDS);

const STATEMENT_MS = 60_000;

/** A store's schema may hold functions and operators of any name: names that are not written out mean those of Postgres. */
const PINNED = 'SET search_path TO pg_catalog; SET row_security TO off; SET default_transaction_read_only TO off';

export type StoreConnection = {
  /** The name that Postgres shows for the connection. */
  asker: string;
  /** A statement ends after this long; after a minute when unset. */
  statementTimeoutMillis?: number;
  /** What is read of one answer, where it is more than usual. */
  bounds?: AnswerBounds;
  /** When it aborts, the connection is broken off, whatever it is at. */
  signal?: AbortSignal;
};

/** One connection to a store's database, for as long as `work` takes. Nothing that the store put there is believed. */
export async function withStoreDatabase<T>(
  connectionString: string,
  { asker, statementTimeoutMillis = STATEMENT_MS, bounds = BOUNDS, signal }: StoreConnection,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const applicationName = `lapak-${asker}`;
  const db = createDb({
    ...{ connectionString, applicationName, statementTimeoutMillis, bounds },
    max: 1,
    ...(signal && { signal }),
    onConnect: PINNED,
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
