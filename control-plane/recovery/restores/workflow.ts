import type { Tx } from '../../../kernel/db.ts';
import type { OperationRow, Outcome, Workflow } from '../../fleet/operations/index.ts';
import { selectTenantById, stepsAround, updateState } from '../../fleet/tenants/index.ts';
import { backupSteps } from '../backups/index.ts';
import { namesOf, type RestoreDeps } from './deps.ts';
import { checkStep, countStep, loadStep } from './steps/prepare.ts';
import { mergeStep, swapStep } from './steps/replace.ts';

/**
 * Puts a backup in the place of a store's database. Until `swap` the store is the old one, from then on the new one; each
 * is whole at any moment.
 */
export function restoreWorkflow(deps: RestoreDeps): Workflow {
  const { stop, start } = stepsAround(deps.tenants);
  const before = backupSteps(deps.backups, 'before-restore', {
    async unless(operation) {
      if (operation.params.withoutBackup) return 'none was wanted';
      return (await deps.tenants.databases.exists(namesOf(operation))) ? undefined : 'there is no database to back up';
    },
  });
  return {
    steps: [
      checkStep(deps),
      ...before,
      loadStep(deps),
      countStep(deps),
      stop,
      mergeStep(deps),
      swapStep(deps),
      ...start,
    ],
    cancellable: true,
    begin: async () => {},
    finalize: (tx, operation, outcome) => finalize(deps, tx, operation, outcome),
  };
}

async function finalize(deps: RestoreDeps, tx: Tx, operation: OperationRow, outcome: Outcome): Promise<void> {
  const { tenant_id: id, params } = operation;
  const tenant = await selectTenantById(tx, id);
  if (!tenant) return;
  const shown = tenant.desired_state === 'removed' ? 'stopped' : tenant.desired_state;
  if (outcome.state === 'succeeded') return updateState(tx, id, shown, null);
  // One that was killed within the swap, and is not gone on with, may have left the door locked.
  await deps.scratchDatabases.reopen(namesOf(operation));
  const touched = operation.steps.some(({ name, state }) => name === 'stop' && state === 'succeeded');
  if (outcome.state === 'failed' && touched) return updateState(tx, id, 'failed', `restore failed: ${outcome.message}`);
  return updateState(tx, id, params.previousState ?? shown, tenant.reason);
}
