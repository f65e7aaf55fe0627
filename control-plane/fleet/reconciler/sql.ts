import type { Queryable } from '../../../kernel/db.ts';

export type StuckTenant = {
  id: string;
  store: string;
  store_name: string;
  desired_state: string;
  reason: string | null;
  unsettled_since: Date;
  /** An open incident of the health checks says already what is wrong with its runtime, or with most runtimes. */
  told: boolean;
  /** An operation is at work on it: whether it is over is known when that has ended. */
  busy: boolean;
};

/** Stores that are not where they should be since before `before`. */
export async function selectStuckTenants(on: Queryable, before: Date): Promise<StuckTenant[]> {
  return on.query(
    `SELECT t.id, t.store, t.store_name, t.desired_state, t.reason, t.unsettled_since,
            EXISTS (SELECT FROM incidents i
                     WHERE i.closed_at IS NULL AND i.key NOT LIKE 'stuck:%'
                       AND (i.tenant_id = t.id AND i.kind IN ('crash_loop', 'runtime_down')
                            OR i.key = 'platform:runtimes')) AS told,
            EXISTS (SELECT FROM operations o WHERE o.tenant_id = t.id AND o.state IN ('scheduled', 'running')) AS busy
       FROM tenants t
      WHERE t.unsettled_since < $1 AND NOT t.paused AND t.provisioned_at IS NOT NULL
      ORDER BY t.store`,
    [before],
  );
}

/** For how many seconds the store is not where it should be that is so the longest, at `at`; 0 when each is. */
export async function selectLag(on: Queryable, at: Date): Promise<number> {
  const [row] = await on.query<{ lag: number }>(
    `SELECT coalesce(greatest(0, extract(epoch FROM $1::timestamptz - min(unsettled_since))), 0)::float8 AS lag
       FROM tenants WHERE unsettled_since IS NOT NULL AND NOT paused AND provisioned_at IS NOT NULL`,
    [at],
  );
  return row?.lag ?? 0;
}

/** Stores with an open incident whose key begins with `prefix`, that are at rest because somebody wants them to be, or gone. */
export async function selectPutToRest(on: Queryable, prefix: string): Promise<string[]> {
  const rows = await on.query<{ store: string }>(
    `SELECT i.store FROM incidents i LEFT JOIN tenants t ON t.id = i.tenant_id
      WHERE i.closed_at IS NULL AND starts_with(i.key, $1) AND i.store IS NOT NULL
        AND (t.id IS NULL OR t.desired_state <> 'running' AND t.unsettled_since IS NULL)`,
    [prefix],
  );
  return rows.map(({ store }) => store);
}
