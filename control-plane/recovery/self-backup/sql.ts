import type { Queryable } from '../../../kernel/db.ts';

export async function selectStores(on: Queryable): Promise<string[]> {
  const rows = await on.query<{ store: string }>('SELECT store FROM tenants ORDER BY store');
  return rows.map((row) => row.store);
}

/** Tables that only wake the worker, and change while they are counted. */
export const isCounted = (table: string): boolean => !table.startsWith('jobs.');
