import type { Tx } from '../../../kernel/db.ts';
import { type OperationRow, type Rollback, type Step, withPrefix } from '../operations/index.ts';
import type { TenantDeps } from './deps.ts';
import { selectSnapshot } from './snapshot-sql.ts';
import { selectTenantById } from './sql.ts';
import { restoreRevision } from './steps/upgrade.ts';

/** The way back of a kind that keeps a snapshot: what was is the intent again, and the runtime is brought to it. */
export function createRollback(
  deps: TenantDeps,
  bringUp: readonly Step[],
  words: Pick<Rollback, 'code' | 'done' | 'final'>,
): Rollback {
  return {
    steps: [restoreRevision(deps), ...bringUp].map((step) => withPrefix('rollback-', step)),
    needed: async (tx, operation) => (await selectSnapshot(tx, operation.id)) !== undefined,
    ...words,
  };
}

/** Owners hear of a change that did not hold: once for each attempt. */
export async function tellRolledBack(
  deps: TenantDeps,
  tx: Tx,
  { id, attempt, tenant_id: tenantId, store }: OperationRow,
  detail: string,
): Promise<void> {
  const tenant = await selectTenantById(tx, tenantId);
  if (!tenant) return;
  await deps.alerts.notify(tx, {
    kind: 'upgrade_rolled_back',
    key: `rolled-back:${id}:${attempt}`,
    severity: 'error',
    about: { tenantId, store, storeName: tenant.store_name },
    detail,
  });
}
