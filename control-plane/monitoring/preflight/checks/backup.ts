import { type OperationRow, runSteps, type StepContext } from '../../../fleet/operations/index.ts';
import { makeBackup, selectBackupOf } from '../../../recovery/backups/index.ts';
import { checkStep, countStep, loadStep, scratchName } from '../../../recovery/restores/index.ts';
import type { Check } from '../check.ts';
import type { RehearsalDeps } from '../deps.ts';
import { leftOut, ok } from '../findings.ts';

/** A store may be large and its disk slow. */
const LONG_SECONDS = 6 * 3600;

export function backupCheck(deps: RehearsalDeps): Check {
  return {
    name: 'backup',
    timeoutSeconds: LONG_SECONDS,
    async run(context) {
      return ok({ kind: 'backed_up', file: await makeBackup(deps.backups, 'manual', context) });
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
    async run(context) {
      const row = await selectBackupOf(backups.db, context.operation.id);
      if (row?.state !== 'verified') return leftOut({ kind: 'no_backup' });
      const drill: StepContext = { ...context, operation: drillOf(context.operation, row.id) };
      try {
        const { detail: rows = '' } = await runSteps(steps, drill);
        return ok({ kind: 'restored', file: row.file, rows });
      } finally {
        // What a kill leaves is dropped when this runs again, or by the sweep.
        await restores.scratchDatabases.drop(scratchName(drill.operation));
      }
    },
  };
}
