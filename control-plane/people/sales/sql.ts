import type { Queryable } from '../../../kernel/db.ts';

/** A store that has a database. */
export type OpenStore = { id: string; store: string; env: Record<string, string> };

export async function selectOpenStores(on: Queryable): Promise<OpenStore[]> {
  return on.query(
    "SELECT id, store, env FROM tenants WHERE provisioned_at IS NOT NULL AND desired_state <> 'removed' ORDER BY store",
  );
}

/**
 * What every database of a store was written last, by its name: equal as long as no row was inserted. The server counts
 * them a second or, while a connection is idle, ten after the commit.
 */
export async function selectMarks(on: Queryable): Promise<Map<string, string>> {
  const rows = await on.query<{ name: string; mark: string }>(
    `SELECT datname AS name, concat_ws(' ', datid, tup_inserted, stats_reset) AS mark
       FROM pg_stat_database WHERE starts_with(datname, 'db_')`,
  );
  return new Map(rows.map(({ name, mark }) => [name, mark]));
}
