import type { Queryable } from '../../kernel/db.ts';

export type StuckTenant = {
  id: string;
  store: string;
  store_name: string;
  desired_state: string;
  reason: string | null;
  unsettled_since: Date;
  /** An open incident of another kind says already what is wrong with its runtime. */
  told: boolean;
};

/** Stores that are not where they should be since before `before`, and that nobody works on. */
export async function selectStuckTenants(on: Queryable, before: Date): Promise<StuckTenant[]> {
  return on.query(
    `SELECT t.id, t.store, t.store_name, t.desired_state, t.reason, t.unsettled_since,
            EXISTS (SELECT FROM incidents i
                     WHERE i.tenant_id = t.id AND i.kind = 'crash_loop' AND i.closed_at IS NULL) AS told
       FROM tenants t
      WHERE t.unsettled_since < $1 AND NOT t.paused AND t.provisioned_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM operations o WHERE o.tenant_id = t.id AND o.state IN ('scheduled', 'running'))
      ORDER BY t.store`,
    [before],
  );
}
