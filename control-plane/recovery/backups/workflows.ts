import type { Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { OperationRow, Outcome, Step, Workflow } from '../../fleet/operations/index.ts';
import type { BackupDeps } from './making/deps.ts';
import { copyPlaceOf } from './making/deps.ts';
import { recordFailed } from './making/record.ts';
import { dumpStep, LONG_SECONDS, offsiteStep, pruneStep, sealStep, verifyStep } from './making/steps.ts';
import { verifyCopy, verifyLocal } from './making/verify.ts';
import { insertRequest } from './schedule-sql.ts';
import { type BackupRow, selectBackup, selectBackupOf, updateFailed, updateOffsite, updateVerified } from './sql.ts';

/** A scheduled backup that failed is not left until tomorrow. */
const RETRY_MS = 3_600_000;

const nothing = async () => {};

/** The operations on backups. None of them changes what people see of the store's state. */
export function backupWorkflows(deps: BackupDeps): Record<'backup' | 'verify-backup' | 'prune-backups', Workflow> {
  const { clock } = deps;

  async function finalize(tx: Tx, operation: OperationRow, outcome: Outcome): Promise<void> {
    if (outcome.state === 'succeeded') return;
    const row = await selectBackupOf(tx, operation.id);
    const unfinished = row?.state === 'verified' ? undefined : row;
    if (outcome.state === 'cancelled') {
      const fault = { code: 'CANCELLED', message: 'It was cancelled.', at: clock.now() };
      if (unfinished) await updateFailed(tx, unfinished.id, fault);
    } else {
      await recordFailed(deps, tx, unfinished, outcome, operation.tenant_id);
    }
    if (operation.params.reason !== 'scheduled') return;
    await insertRequest(tx, operation.tenant_id, new Date(clock.now().getTime() + RETRY_MS));
  }

  const steps = [dumpStep(deps), sealStep(deps), verifyStep(deps), offsiteStep(deps), pruneStep(deps)];
  const rest = { cancellable: true, begin: nothing };
  return {
    backup: { ...rest, steps, finalize },
    'verify-backup': { ...rest, steps: [lookAtLocal(deps), lookAtCopy(deps)], finalize: nothing },
    'prune-backups': { ...rest, steps: [pruneStep(deps)], finalize: nothing },
  };
}

async function asked(deps: BackupDeps, { params }: OperationRow): Promise<BackupRow> {
  const row = await selectBackup(deps.db, params.backupId ?? '');
  if (!row) throw new AppError('BACKUP_NOT_FOUND', 'There is no backup with this id.');
  return row;
}

const isDamaged = (error: unknown): error is AppError => error instanceof AppError && error.code === 'BACKUP_DAMAGED';

function lookAtLocal(deps: BackupDeps): Step {
  return {
    name: 'local',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await asked(deps, operation);
      try {
        const entries = await verifyLocal(deps, row, signal);
        await updateVerified(deps.db, row.id, deps.clock.now());
        return { detail: `${entries} entries` };
      } catch (error) {
        if (isDamaged(error)) await deps.db.tx((tx) => recordFailed(deps, tx, row, error, row.tenant_id));
        throw error;
      }
    },
  };
}

function lookAtCopy(deps: BackupDeps): Step {
  return {
    name: 'offsite',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await asked(deps, operation);
      const place = copyPlaceOf(deps, row);
      if (!place || row.offsite_state === 'none') return { skipped: true, detail: 'there is no copy' };
      const at = { offsite_place: row.offsite_place };
      try {
        const copy = await place.get(row.file, signal);
        if (!copy) throw new AppError('BACKUP_DAMAGED', `There is no copy at ${row.offsite_place}.`);
        await verifyCopy(deps, row, copy, signal);
      } catch (error) {
        if (isDamaged(error)) {
          // The next run copies it again.
          const failed = {
            ...at,
            offsite_state: 'failed',
            offsite_verified_at: null,
            offsite_error: error.message,
          } as const;
          await updateOffsite(deps.db, row.id, failed);
        }
        throw error;
      }
      const verified = { ...at, offsite_verified_at: deps.clock.now(), offsite_error: null };
      await updateOffsite(deps.db, row.id, { ...verified, offsite_state: 'verified' });
      return { detail: `${row.offsite_place}` };
    },
  };
}
