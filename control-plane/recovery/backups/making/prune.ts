import { selectTenantById } from '../../../fleet/tenants/index.ts';
import { removeArchive } from '../archive/index.ts';
import { expired } from '../retention.ts';
import { type BackupRow, selectKept, updatePruned } from '../sql.ts';
import { type BackupParts, copyPlaceOf, settingsOf } from './parts.ts';

/** Deletes what the retention no longer keeps, here and offsite. @returns how many backups went */
export async function pruneBackups(parts: BackupParts, tenantId: string): Promise<number> {
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
