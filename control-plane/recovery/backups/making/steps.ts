import { AppError } from '../../../../kernel/errors.ts';
import type { OperationRow, Step } from '../../../fleet/operations/index.ts';
import { selectTenantById } from '../../../fleet/tenants/index.ts';
import { removeArchive } from '../archive/index.ts';
import { expired } from '../retention.ts';
import { type BackupRow, selectBackupOf, selectKept, updatePruned } from '../sql.ts';
import { beginBackup, dumpStore } from './dump.ts';
import { copyOffsite } from './offsite.ts';
import { type BackupParts, copyPlaceOf, localPath, settingsOf } from './parts.ts';
import { megabytes, recordVerified } from './record.ts';
import { sealBackup } from './seal.ts';
import { verifyLocal } from './verify.ts';

/** A store may be large and its disk slow. */
export const LONG_SECONDS = 6 * 3600;

async function made(parts: BackupParts, operation: OperationRow): Promise<BackupRow> {
  const row = await selectBackupOf(parts.db, operation.id);
  if (!row) throw new AppError('INTERNAL', 'The backup of this operation has no row.');
  return row;
}

export function dumpStep(parts: BackupParts): Step {
  return {
    name: 'dump',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await beginBackup(parts, operation, operation.params.reason ?? 'manual');
      if (row.state !== 'making') return { skipped: true, detail: row.file };
      return { detail: await dumpStore(parts, row, signal) };
    },
  };
}

export function sealStep(parts: BackupParts): Step {
  return {
    name: 'seal',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await made(parts, operation);
      if (row.state === 'made' || row.state === 'verified') return { detail: row.file };
      const sealed = row.state === 'making' && (await sealBackup(parts, row, signal));
      return sealed ? { detail: row.file } : { detail: 'the dump has to be made again', backTo: 'dump' };
    },
  };
}

export function verifyStep(parts: BackupParts): Step {
  return {
    name: 'verify',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await made(parts, operation);
      if (row.state === 'verified') return { detail: 'verified' };
      if (row.state !== 'made') return { detail: 'it has to be made again', backTo: 'dump' };
      try {
        const entries = await verifyLocal(parts, row, signal);
        await recordVerified(parts, row);
        return { detail: `${megabytes(row.size ?? 0)}, ${entries} entries` };
      } catch (error) {
        // It does not hold although it was just written: nobody shall take it for a backup.
        if (error instanceof AppError && error.code === 'BACKUP_DAMAGED') await removeArchive(localPath(row));
        throw error;
      }
    },
  };
}

export function offsiteStep(parts: BackupParts): Step {
  return {
    name: 'offsite',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await made(parts, operation);
      const tenant = await selectTenantById(parts.db, row.tenant_id);
      if (!tenant || !settingsOf(parts, tenant).automaticOffsite) {
        return { skipped: true, detail: 'BACKUP_AUTOMATIC_OFFSITE is off' };
      }
      const { copied, failed } = await copyOffsite(parts, row, signal);
      if (failed !== undefined) return { detail: `failed, the next run tries again: ${failed}` };
      return { detail: `${copied} copied and verified` };
    },
  };
}

export function pruneStep(parts: BackupParts): Step {
  return {
    name: 'prune',
    timeoutSeconds: 600,
    async run({ operation }) {
      const pruned = await pruneBackups(parts, operation.tenant_id);
      return pruned > 0 ? { detail: `${pruned} deleted` } : { skipped: true, detail: 'nothing was due' };
    },
  };
}

/** Deletes what the retention no longer keeps, here and offsite. @returns how many backups went */
async function pruneBackups(parts: BackupParts, tenantId: string): Promise<number> {
  const tenant = await selectTenantById(parts.db, tenantId);
  // Of a store that is gone everything is kept.
  if (!tenant) return 0;
  const settings = settingsOf(parts, tenant);
  const kept = await selectKept(parts.db, tenantId);
  const candidates = kept.map(({ id, started_at: at, state, reason }) => ({
    id,
    at,
    verified: state === 'verified',
    reason,
  }));
  const going = new Set(expired(candidates, parts.clock.now(), settings.timeZone));
  let pruned = 0;
  for (const row of kept.filter(({ id }) => going.has(id))) {
    if (!(await removeCopy(parts, row))) continue;
    if (row.local_path !== null) await removeArchive(row.local_path);
    await updatePruned(parts.db, row.id, parts.clock.now());
    pruned++;
  }
  return pruned;
}

/** A copy whose place cannot be reached now keeps its row, for a later run to delete both. */
async function removeCopy(parts: BackupParts, row: BackupRow): Promise<boolean> {
  try {
    await copyPlaceOf(parts, row)?.remove(row.file);
    return true;
  } catch (error) {
    parts.log.warn({ store: row.store, backup: row.id, err: error }, 'an offsite copy could not be deleted');
    return false;
  }
}
