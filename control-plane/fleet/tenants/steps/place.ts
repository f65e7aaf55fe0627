import type { Step } from '../../operations/index.ts';
import type { TenantDeps } from '../deps.ts';
import { loadTenant } from '../runtime-spec.ts';
import { selectSnapshot } from '../snapshot-sql.ts';
import { keepSnapshot, takeSnapshot } from '../snapshots.ts';
import { selectTenantById, updateIntent, updateShard } from '../sql.ts';

const OF_ITS_OWN = 'a runtime of its own';

/** Gives a pooled store that is opened its shard. */
export function placeInShard({ db, clock, placement }: TenantDeps): Step {
  return {
    name: 'shard',
    timeoutSeconds: 30,
    run: ({ operation }) =>
      db.tx(async (tx) => {
        const tenant = await selectTenantById(tx, operation.tenant_id);
        if (tenant?.runtime !== 'pooled') return { skipped: true, detail: OF_ITS_OWN };
        if (tenant.shard !== null) return { detail: tenant.shard };
        const shard = await placement.choose(tx, null);
        await updateShard(tx, tenant.id, shard, clock.now());
        return { detail: shard };
      }),
  };
}

/** The place that the store is to have becomes its intent, and what was is kept for the way back. */
export function moveIntent(deps: TenantDeps): Step {
  const { db, clock, placement } = deps;
  return {
    name: 'place',
    timeoutSeconds: 30,
    async run({ operation }) {
      const { id, tenant_id: tenantId, params } = operation;
      await db.tx(async (tx) => {
        const tenant = await selectTenantById(tx, tenantId);
        if (!tenant || (await selectSnapshot(tx, id))) return;
        const shard = params.runtime === 'pooled' ? await placement.choose(tx, tenant.shard) : null;
        await keepSnapshot(deps, tx, { id, tenantId }, await takeSnapshot(deps, tx, tenant));
        const runtime = params.runtime ?? tenant.runtime;
        await updateIntent(tx, tenantId, { ...tenant, runtime, shard }, clock.now());
      });
      return { detail: (await loadTenant(deps, tenantId)).shard ?? OF_ITS_OWN };
    },
  };
}

/** Before it starts in its new place, a store is nowhere; also one that stands still is forgotten where it was. */
export function leavePlace({ driver }: TenantDeps): Step {
  return {
    name: 'leave',
    timeoutSeconds: 180,
    async run({ operation }) {
      await driver.remove(operation.store);
      return { detail: 'it runs nowhere' };
    },
  };
}
