import { AppError } from '../../../../kernel/errors.ts';
import type { OperationRow, Step } from '../../../fleet/operations/index.ts';
import { selectTenantById } from '../../../fleet/tenants/index.ts';
import { removeArchive } from '../archive/index.ts';
import { expired } from '../retention.ts';
import { type BackupRow, selectBackupOf, selectKept, updatePruned } from '../sql.ts';
import { type BackupDeps, copyPlaceOf, localPath, settingsOf } from './deps.ts';
import { beginBackup, dumpStore } from './dump.ts';
import { copyOffsite } from './offsite.ts';
import { megabytes, recordVerified } from './record.ts';
import { sealBackup } from './seal.ts';
import { verifyLocal } from './verify.ts';

/** A store may be large and its disk slow. */
export const LONG_SECONDS = 6 * 3600;

async function made(deps: BackupDeps, operation: OperationRow): Promise<BackupRow> {
  const row = await selectBackupOf(deps.db, operation.id);
  if (!row) throw new AppError('INTERNAL', 'The backup of this operation has no row.');
  return row;
}

export function dumpStep(deps: BackupDeps): Step {
  return {
    name: 'dump',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await beginBackup(deps, operation, operation.params.reason ?? 'manual');
      if (row.state !== 'making') return { skipped: true, detail: row.file };
      return { detail: await dumpStore(deps, row, signal) };
    },
  };
}

export function sealStep(deps: BackupDeps): Step {
  return {
    name: 'seal',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await made(deps, operation);
      if (row.state === 'made' || row.state === 'verified') return { detail: row.file };
      const sealed = row.state === 'making' && (await sealBackup(deps, row, signal));
      return sealed ? { detail: row.file } : { detail: 'the dump has to be made again', backTo: 'dump' };
    },
  };
}

export function verifyStep(deps: BackupDeps): Step {
  return {
    name: 'verify',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await made(deps, operation);
      if (row.state === 'verified') return { detail: 'verified' };
      if (row.state !== 'made') return { detail: 'it has to be made again', backTo: 'dump' };
      try {
        const entries = await verifyLocal(deps, row, signal);
        await recordVerified(deps, row);
        return { detail: `${megabytes(row.size ?? 0)}, ${entries} entries` };
      } catch (error) {
        // It does not hold although it was just written: nobody shall take it for a backup.
        if (error instanceof AppError && error.code === 'BACKUP_DAMAGED') await removeArchive(localPath(row));
        throw error;
      }
    },
  };
}

export function offsiteStep(deps: BackupDeps): Step {
  return {
    name: 'offsite',
    timeoutSeconds: LONG_SECONDS,
    async run({ operation, signal }) {
      const row = await made(deps, operation);
      const tenant = await selectTenantById(deps.db, row.tenant_id);
      if (!tenant || !settingsOf(deps, tenant).automaticOffsite) {
        return { skipped: true, detail: 'BACKUP_AUTOMATIC_OFFSITE is off' };
      }
      const { copied, failed } = await copyOffsite(deps, row, signal);
      if (failed !== undefined) return { detail: `failed, the next run tries again: ${failed}` };
      return { detail: `${copied} copied and verified` };
    },
  };
}

export function pruneStep(deps: BackupDeps): Step {
  return {
    name: 'prune',
    timeoutSeconds: 600,
    async run({ operation }) {
      const pruned = await pruneBackups(deps, operation.tenant_id);
      return pruned > 0 ? { detail: `${pruned} deleted` } : { skipped: true, detail: 'nothing was due' };
    },
  };
}

/** Deletes what the retention no longer keeps, here and offsite. @returns how many backups went */
async function pruneBackups(deps: BackupDeps, tenantId: string): Promise<number> {
  const tenant = await selectTenantById(deps.db, tenantId);
  // Of a store that is gone everything is kept.
  if (!tenant) return 0;
  const settings = settingsOf(deps, tenant);
  const kept = await selectKept(deps.db, tenantId);
  const candidates = kept.map(({ id, started_at: at, state, reason }) => ({
    id,
    at,
    verified: state === 'verified',
    reason,
  }));
  const going = new Set(expired(candidates, deps.clock.now(), settings.timeZone));
  let pruned = 0;
  for (const row of kept.filter(({ id }) => going.has(id))) {
    if (!(await removeCopy(deps, row))) continue;
    if (row.local_path !== null) await removeArchive(row.local_path);
    await updatePruned(deps.db, row.id, deps.clock.now());
    pruned++;
  }
  return pruned;
}

/** A copy whose place cannot be reached now keeps its row, for a later run to delete both. */
async function removeCopy(deps: BackupDeps, row: BackupRow): Promise<boolean> {
  try {
    await copyPlaceOf(deps, row)?.remove(row.file);
    return true;
  } catch (error) {
    deps.log.warn({ store: row.store, backup: row.id, err: error }, 'an offsite copy could not be deleted');
    return false;
  }
}
