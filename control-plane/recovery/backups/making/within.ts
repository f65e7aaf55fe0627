import { AppError, errorMessage } from '../../../../kernel/errors.ts';
import type { BackupReason } from '../../../api/contract/index.ts';
import type { OperationRow, Step, StepContext } from '../../../fleet/operations/index.ts';
import { selectBackupOf } from '../sql.ts';
import type { BackupParts } from './parts.ts';
import { recordFailed } from './record.ts';
import { dumpStep, LONG_SECONDS, offsiteStep, sealStep, verifyStep } from './steps.ts';

/**
 * A whole backup as one step of another operation, which goes on only when the backup is verified.
 * @param unless says why none is taken this time; undefined to take one
 */
export function backupStep(
  parts: BackupParts,
  reason: BackupReason,
  unless: (operation: OperationRow) => Promise<string | undefined> = async () => undefined,
): Step {
  const steps = [dumpStep(parts), sealStep(parts), verifyStep(parts), offsiteStep(parts)];
  return {
    name: 'backup',
    timeoutSeconds: 2 * LONG_SECONDS,
    async run(context) {
      const why = await unless(context.operation);
      if (why !== undefined) return { skipped: true, detail: why };
      const operation = { ...context.operation, params: { ...context.operation.params, reason } };
      try {
        await walk(steps, { ...context, operation });
      } catch (error) {
        if (!context.signal.aborted) await tell(parts, operation, error);
        throw error;
      }
      return { detail: (await selectBackupOf(parts.db, operation.id))?.file ?? '' };
    },
  };
}

/** What the runner of operations does, within one step; going back happens once at most after a crash. */
async function walk(steps: readonly Step[], context: StepContext): Promise<void> {
  let detours = 0;
  for (let at = 0; at < steps.length; ) {
    const step = steps[at] as Step;
    await context.progress(step.name);
    const { backTo } = await step.run(context);
    if (backTo !== undefined && ++detours > 3)
      throw new AppError('BACKUP_FAILED', 'The backup does not stay where it was put.');
    at = backTo === undefined ? at + 1 : steps.findIndex(({ name }) => name === backTo);
  }
}

async function tell(parts: BackupParts, operation: OperationRow, error: unknown): Promise<void> {
  const fault = { code: error instanceof AppError ? error.code : 'INTERNAL', message: errorMessage(error) };
  const row = await selectBackupOf(parts.db, operation.id);
  const unfinished = row?.state === 'verified' ? undefined : row;
  await parts.db.tx((tx) => recordFailed(parts, tx, unfinished, fault, operation.tenant_id));
}
