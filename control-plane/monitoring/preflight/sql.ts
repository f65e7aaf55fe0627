import type { Queryable } from '../../../kernel/db.ts';

/** Where the server keeps its data, on its own machine, and the size of one database in bytes. */
export async function selectStorage(on: Queryable, database: string): Promise<{ folder: string; bytes: number }> {
  const [row] = await on.query<{ folder: string; bytes: number }>(
    "SELECT current_setting('data_directory') AS folder, pg_database_size($1)::float8 AS bytes",
    [database],
  );
  return row ?? { folder: '', bytes: 0 };
}
