import type { Tx } from '../../../kernel/db.ts';
import type { OperationKind } from '../../api/contract/index.ts';
import type { OperationRow, Outcome } from '../operations/index.ts';
import type { TenantDeps } from './deps.ts';
import { tellRolledBack } from './rollback.ts';
import { deleteSnapshot } from './snapshot-sql.ts';
import { putBack } from './snapshots.ts';
import { selectTenantById, type TenantRow, updateDesiredState } from './sql.ts';
import { markProvisioned, updateState, updateSuspension } from './state-sql.ts';

/** Brings a tenant's row in line with the end of an operation, in the transaction that records it. */
export function createFinalize(deps: TenantDeps) {
  const { clock } = deps;

  /** The intent is again what it was; the reconciler brings the runtime back to it. */
  async function finalizeCancelled(
    tx: Tx,
    { kind, tenant_id: id, params }: OperationRow,
    tenant: TenantRow,
  ): Promise<void> {
    if (kind === 'provision' || kind === 'clone') {
      const reason = 'Opening the store was cancelled. Retry the operation, or remove the store.';
      return updateState(tx, id, 'failed', reason);
    }
    const { previousDesiredState: desired } = params;
    if (desired && desired !== tenant.desired_state) await updateDesiredState(tx, id, desired, clock.now());
    if (params.previousSuspension) await updateSuspension(tx, id, params.previousSuspension);
    if (params.previousState)
      await updateState(tx, id, params.previousState, params.previousSuspension?.reason ?? null);
  }

  async function finalizeFailed(
    tx: Tx,
    operation: OperationRow,
    { code, message }: Outcome & { state: 'failed' },
    tenant: TenantRow,
  ): Promise<void> {
    const { kind, tenant_id: id, params } = operation;
    if (code === 'UPGRADE_ROLLED_BACK' || code === 'CONFIGURATION_ROLLED_BACK' || code === 'MOVE_ROLLED_BACK') {
      await updateState(tx, id, shown(tenant), tenant.suspended_reason);
      return tellRolledBack(deps, tx, operation, message);
    }
    const untouched =
      (kind === 'upgrade' || kind === 'move') && !operation.steps.some(({ name }) => name === 'rollback-revision');
    if (untouched) return updateState(tx, id, params.previousState ?? shown(tenant), tenant.reason);
    return updateState(tx, id, 'failed', `${kind} failed: ${message}`);
  }

  return async (tx: Tx, kind: OperationKind, operation: OperationRow, outcome: Outcome): Promise<void> => {
    const id = operation.tenant_id;
    if (outcome.state === 'succeeded') await deleteSnapshot(tx, operation.id);
    else await putBack(deps, tx, operation);
    const tenant = await selectTenantById(tx, id);
    if (!tenant) return;
    if (outcome.state === 'failed') return finalizeFailed(tx, operation, outcome, tenant);
    if (outcome.state === 'cancelled') return finalizeCancelled(tx, operation, tenant);
    if (kind === 'provision' || kind === 'clone') await markProvisioned(tx, id, clock.now());
    await updateState(tx, id, shown(tenant), tenant.suspended_reason);
    if (kind === 'suspend') await deps.notices.suspended(tx, tenant, operation.id);
    if (kind === 'resume' && tenant.desired_state === 'running') await deps.notices.resumed(tx, tenant, operation.id);
  };
}

/** What people see of a store that is as it should be. */
function shown(tenant: TenantRow): 'running' | 'stopped' | 'suspended' {
  return tenant.desired_state === 'removed' ? 'stopped' : tenant.desired_state;
}
