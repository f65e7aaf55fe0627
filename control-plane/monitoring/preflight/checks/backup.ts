import { type OperationRow, runSteps, type StepContext } from '../../../fleet/operations/index.ts';
import { backupStep, selectBackupOf } from '../../../recovery/backups/index.ts';
import { checkStep, countStep, loadStep, scratchName } from '../../../recovery/restores/index.ts';
import { type Check, leftOut, ok } from '../check.ts';
import type { RehearsalDeps } from '../deps.ts';

/** A store may be large and its disk slow. */
const LONG_SECONDS = 6 * 3600;

export function backupCheck(deps: RehearsalDeps): Check {
  const step = backupStep(deps.backups, 'manual');
  return {
    name: 'backup',
    timeoutSeconds: LONG_SECONDS,
    remedy: 'Look at the disk and at lapak doctor, then: lapak backup create.',
    async run(context) {
      const { detail } = await step.run(context);
      return ok(`${detail}, read back and verified`);
    },
  };
}

/** As a drill does it; only its row of the drills is not written. */
const drillOf = (operation: OperationRow, backupId: string): OperationRow => ({
  ...operation,
  kind: 'drill',
  params: { backupId },
});

export function restoreCheck(deps: RehearsalDeps): Check {
  const { restores, backups } = deps;
  const steps = [checkStep(restores), loadStep(restores), countStep(restores)];
  return {
    name: 'restore',
    timeoutSeconds: LONG_SECONDS,
    remedy: 'This backup would not bring the store back. Make another: lapak backup create, lapak backup drill.',
    async run(context) {
      const row = await selectBackupOf(backups.db, context.operation.id);
      if (row?.state !== 'verified') return leftOut('there is no backup to restore');
      const drill: StepContext = { ...context, operation: drillOf(context.operation, row.id) };
      try {
        const { detail } = await runSteps(steps, drill);
        return ok(`${row.file} restored beside the store: ${detail}, as many as its manifest says; dropped again`);
      } finally {
        // What a kill leaves is dropped when this runs again, or by the sweep.
        await restores.scratchDatabases.drop(scratchName(drill.operation));
      }
    },
  };
}
