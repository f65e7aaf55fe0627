import type { Queryable } from '../../../kernel/db.ts';
import type { TenantState } from '../../api/contract/index.ts';

/** What people see of a store. */
export async function updateState(on: Queryable, id: string, state: TenantState, reason: string | null): Promise<void> {
  await on.query(
    'UPDATE tenants SET state = $2, reason = $3 WHERE id = $1 AND (state, reason) IS DISTINCT FROM ($2, $3)',
    [id, state, reason],
  );
}

export type Suspension = {
  for: 'operator' | 'rent' | null;
  reason: string | null;
  resumesTo: 'running' | 'stopped' | null;
};

/** Why a store stands still, and what it goes back to. */
export async function updateSuspension(on: Queryable, id: string, suspension: Suspension): Promise<void> {
  await on.query('UPDATE tenants SET suspended_for = $2, suspended_reason = $3, resumes_to = $4 WHERE id = $1', [
    id,
    suspension.for,
    suspension.reason,
    suspension.resumesTo,
  ]);
}

export async function markProvisioned(on: Queryable, id: string, at: Date): Promise<void> {
  await on.query('UPDATE tenants SET provisioned_at = coalesce(provisioned_at, $2) WHERE id = $1', [id, at]);
}

export type ObservedColumns = {
  state: string;
  generation: number | null;
  healthy: boolean | null;
  id: string | null;
  at: Date;
  unsettledSince: Date | null;
};

export async function updateObserved(on: Queryable, id: string, seen: ObservedColumns): Promise<void> {
  await on.query(
    `UPDATE tenants SET observed_state = $2, observed_generation = $3, observed_healthy = $4, observed_id = $5,
       observed_at = $6, unsettled_since = $7 WHERE id = $1`,
    [id, seen.state, seen.generation, seen.healthy, seen.id, seen.at, seen.unsettledSince],
  );
}

/** For stores that were seen as they were before. */
export async function touchObserved(on: Queryable, ids: readonly string[], at: Date): Promise<void> {
  await on.query('UPDATE tenants SET observed_at = $2 WHERE id = ANY($1)', [ids, at]);
}

/** For a store that could not be probed, or not be brought in line. */
export async function markUnsettled(on: Queryable, id: string, at: Date): Promise<void> {
  await on.query('UPDATE tenants SET unsettled_since = $2 WHERE id = $1 AND unsettled_since IS NULL', [id, at]);
}
