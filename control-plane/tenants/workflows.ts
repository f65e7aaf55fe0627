import type { Tx } from '../../kernel/db.ts';
import type { OperationKind } from '../contract/index.ts';
import type { OperationRow, Outcome, Step, Workflow, Workflows } from '../operations/index.ts';
import type { TenantParts } from './parts.ts';
import { type DesiredState, selectTenantById, updateDesiredState } from './sql.ts';
import { markProvisioned, updateState } from './state-sql.ts';
import { routeIngress, verifyWebhook } from './steps/ingress.ts';
import { allocatePorts, checkBot, makeDatabase, writeFiles } from './steps/prepare.ts';
import {
  forgetTenant,
  releasePorts,
  removeDatabase,
  removeFiles,
  removeRuntime,
  removeWebhook,
} from './steps/remove.ts';
import { awaitHealthy, ensureRuntime, stopRuntime } from './steps/run.ts';
import { unlessStopped } from './steps/unless-stopped.ts';

/** The steps of every kind of operation, and what its beginning and end mean for the tenant's row. */
export function createWorkflows(parts: TenantParts): Workflows {
  const { clock } = parts;
  const bringUp = [
    allocatePorts(parts),
    writeFiles(parts),
    routeIngress(parts),
    ensureRuntime(parts),
    awaitHealthy(parts),
    verifyWebhook(parts),
  ];
  const provision = [checkBot(parts), allocatePorts(parts), makeDatabase(parts), ...bringUp.slice(1)];
  const remove = [
    removeRuntime(parts),
    removeWebhook(parts),
    removeDatabase(parts),
    removeFiles(parts),
    releasePorts(parts),
    forgetTenant(parts),
  ];

  function workflow(kind: OperationKind, steps: readonly Step[], desired: DesiredState | undefined): Workflow {
    return {
      steps,
      cancellable: kind !== 'remove',
      async begin(tx, operation) {
        const { tenant_id: id } = operation;
        const tenant = await selectTenantById(tx, id);
        if (desired && tenant?.desired_state !== desired) await updateDesiredState(tx, id, desired, clock.now());
        if (kind === 'provision') await updateState(tx, id, 'provisioning', null);
        if (kind === 'remove') await updateState(tx, id, 'removing', null);
      },
      settle: (tx, operation, outcome) => settle(tx, kind, operation, outcome),
    };
  }

  async function settle(tx: Tx, kind: OperationKind, operation: OperationRow, outcome: Outcome): Promise<void> {
    const id = operation.tenant_id;
    const tenant = await selectTenantById(tx, id);
    if (!tenant) return;
    if (outcome.state === 'failed') {
      await updateState(tx, id, 'failed', `${kind} failed: ${outcome.message}`);
    } else if (outcome.state === 'cancelled') {
      await settleCancelled(tx, kind, operation);
    } else {
      if (kind === 'provision') await markProvisioned(tx, id, clock.now());
      await updateState(tx, id, tenant.desired_state === 'running' ? 'running' : 'stopped', null);
    }
  }

  /** The intent is again what it was; the reconciler brings the runtime back to it. */
  async function settleCancelled(tx: Tx, kind: OperationKind, operation: OperationRow): Promise<void> {
    const { tenant_id: id, params } = operation;
    if (kind === 'provision') {
      const reason = 'Opening the store was cancelled. Retry the operation, or remove the store.';
      return updateState(tx, id, 'failed', reason);
    }
    if (params.previousDesiredState) await updateDesiredState(tx, id, params.previousDesiredState, clock.now());
    if (params.previousState) await updateState(tx, id, params.previousState, null);
  }

  const configure = [writeFiles(parts), ...bringUp.slice(2).map((step) => unlessStopped(parts, step))];
  return {
    provision: workflow('provision', provision, 'running'),
    start: workflow('start', bringUp, 'running'),
    restart: workflow('restart', [stopRuntime(parts), ...bringUp], 'running'),
    stop: workflow('stop', [stopRuntime(parts)], 'stopped'),
    configure: workflow('configure', [allocatePorts(parts), ...configure], undefined),
    remove: workflow('remove', remove, 'removed'),
  };
}
