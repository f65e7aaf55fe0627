import type { Queryable } from '../../kernel/db.ts';

export type StuckTenant = {
  id: string;
  store: string;
  store_name: string;
  desired_state: string;
  reason: string | null;
  unsettled_since: Date;
  /** An open incident of the health checks says already what is wrong with its runtime, or with most runtimes. */
  told: boolean;
};

/** Stores that are not where they should be since before `before`, and that nobody works on. */
export async function selectStuckTenants(on: Queryable, before: Date): Promise<StuckTenant[]> {
  return on.query(
    `SELECT t.id, t.store, t.store_name, t.desired_state, t.reason, t.unsettled_since,
            EXISTS (SELECT FROM incidents i
                     WHERE i.closed_at IS NULL AND i.key NOT LIKE 'stuck:%'
                       AND (i.tenant_id = t.id AND i.kind IN ('crash_loop', 'runtime_down')
                            OR i.key = 'platform:runtimes')) AS told
       FROM tenants t
      WHERE t.unsettled_since < $1 AND NOT t.paused AND t.provisioned_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM operations o WHERE o.tenant_id = t.id AND o.state IN ('scheduled', 'running'))
      ORDER BY t.store`,
    [before],
  );
}
