import type { Tx } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { OperationRow, Outcome, Step, Workflow } from '../../fleet/operations/index.ts';
import type { BackupParts } from './making/parts.ts';
import { copyPlaceOf } from './making/parts.ts';
import { recordFailed } from './making/record.ts';
import { dumpStep, LONG_SECONDS, offsiteStep, pruneStep, sealStep, verifyStep } from './making/steps.ts';
import { verifyCopy, verifyLocal } from './making/verify.ts';
import { insertRequest } from './schedule-sql.ts';
import { type BackupRow, selectBackup, selectBackupOf, updateFailed, updateOffsite, updateVerified } from './sql.ts';

/** A scheduled backup that failed is not left until tomorrow. */
const RETRY_MS = 3_600_000;

const nothing = async () => {};

/** The operations of this room. None of them changes what people see of the store's state. */
export function backupWorkflows(parts: BackupParts): Record<'backup' | 'verify-backup' | 'prune-backups', Workflow> {
  const { clock } = parts;

  async function settle(tx: Tx, operation: OperationRow, outcome: Outcome): Promise<void> {
    if (outcome.state === 'succeeded') return;
    const row = await selectBackupOf(tx, operation.id);
    const unfinished = row?.state === 'verified' ? undefined : row;
    if (outcome.state === 'cancelled') {
      const fault = { code: 'CANCELLED', message: 'It was cancelled.', at: clock.now() };
      if (unfinished) await updateFailed(tx, unfinished.id, fault);
    } else {
      await recordFailed(parts, tx, unfinished, outcome, operation.tenant_id);
    }
    if (operation.params.reason !== 'scheduled') return;
    await insertRequest(tx, operation.tenant_id, new Date(clock.now().getTime() + RETRY_MS));
  }

  const steps = [dumpStep(parts), sealStep(parts), verifyStep(parts), offsiteStep(parts), pruneStep(parts)];
  const rest = { cancellable: true, begin: nothing };
  return {
    backup: { ...rest, steps, settle },
    'verify-backup': { ...rest, steps: [lookAtLocal(parts), lookAtCopy(parts)], settle: nothing },
    'prune-backups': { ...rest, steps: [pruneStep(parts)], settle: nothing },
  };
}

async function asked(parts: BackupParts, { params }: OperationRow): Promise<BackupRow> {
  const row = await selectBackup(parts.db, params.backupId ?? '');
  if (!row) throw new AppError('BACKUP_NOT_FOUND', 'There is no backup with this id.');
  return row;
}

const isDamaged = (error: unknown): error is AppError => error instanceof AppError && error.code === 'BACKUP_DAMAGED';

function lookAtLocal(parts: BackupParts): Step {
  return {
    name: 'local',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await asked(parts, operation);
      try {
        const entries = await verifyLocal(parts, row, signal);
        await updateVerified(parts.db, row.id, parts.clock.now());
        return { detail: `${entries} entries` };
      } catch (error) {
        if (isDamaged(error)) await parts.db.tx((tx) => recordFailed(parts, tx, row, error, row.tenant_id));
        throw error;
      }
    },
  };
}

function lookAtCopy(parts: BackupParts): Step {
  return {
    name: 'offsite',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await asked(parts, operation);
      const place = copyPlaceOf(parts, row);
      if (!place || row.offsite_state === 'none') return { skipped: true, detail: 'there is no copy' };
      const at = { offsite_place: row.offsite_place };
      try {
        const copy = await place.get(row.file, signal);
        if (!copy) throw new AppError('BACKUP_DAMAGED', `There is no copy at ${row.offsite_place}.`);
        await verifyCopy(parts, row, copy, signal);
      } catch (error) {
        if (isDamaged(error)) {
          // The next run copies it again.
          const failed = {
            ...at,
            offsite_state: 'failed',
            offsite_verified_at: null,
            offsite_error: error.message,
          } as const;
          await updateOffsite(parts.db, row.id, failed);
        }
        throw error;
      }
      const verified = { ...at, offsite_verified_at: parts.clock.now(), offsite_error: null };
      await updateOffsite(parts.db, row.id, { ...verified, offsite_state: 'verified' });
      return { detail: `${row.offsite_place}` };
    },
  };
}
