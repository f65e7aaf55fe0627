import type { OperationRow, StepContext } from '../../../fleet/operations/index.ts';
import { backupStep, selectBackupOf } from '../../../recovery/backups/index.ts';
import { checkStep, countStep, loadStep, scratchName } from '../../../recovery/restores/index.ts';
import { type Line, leftOut, ok } from '../line.ts';
import type { RehearsalParts } from '../parts.ts';

/** A store may be large and its disk slow. */
const LONG_SECONDS = 6 * 3600;

export function backupLine(parts: RehearsalParts): Line {
  const step = backupStep(parts.backups, 'manual');
  return {
    name: 'backup',
    timeoutSeconds: LONG_SECONDS,
    mend: 'Look at the disk and at lapak doctor, then: lapak backup create.',
    async look(scene) {
      const { detail } = await step.run(scene);
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

export function restoreLine(parts: RehearsalParts): Line {
  const { restores, backups } = parts;
  const steps = [checkStep(restores), loadStep(restores), countStep(restores)];
  return {
    name: 'restore',
    timeoutSeconds: LONG_SECONDS,
    mend: 'This backup would not bring the store back. Make another: lapak backup create, lapak backup drill.',
    async look(scene) {
      const row = await selectBackupOf(backups.db, scene.operation.id);
      if (row?.state !== 'verified') return leftOut('there is no backup to restore');
      const context: StepContext = { ...scene, operation: drillOf(scene.operation, row.id) };
      try {
        let detail = '';
        for (const step of steps) {
          await scene.progress(step.name);
          const result = await step.run(context);
          detail = result.detail ?? '';
        }
        return ok(`${row.file} restored beside the store: ${detail}, as many as its manifest says; dropped again`);
      } finally {
        // What a kill leaves is dropped when this runs again, or by the sweep.
        await restores.sides.drop(scratchName(context.operation));
      }
    },
  };
}
