import { AppError, errorMessage } from '../../../../kernel/errors.ts';
import { loadTenant } from '../../../fleet/tenants/index.ts';
import { type BackupRow, selectKept, updateOffsite } from '../sql.ts';
import { type BackupDeps, localPath, offsiteOf, settingsOf } from './deps.ts';
import { verifyCopy } from './verify.ts';

/** Copies that failed are made up for by later runs, a few at a time. */
const MOST_AT_ONCE = 5;

const incidentOf = (tenantId: string) => `offsite_failed:${tenantId}`;

export type OffsiteResult = { copied: number; failed: string | undefined };

/**
 * Copies the verified backups of a store that have no copy yet, the newest first, and verifies each copy where it lies. A
 * place that cannot be used does not make the backup a bad one: the owners are told, and the next run tries again.
 */
export async function copyOffsite(deps: BackupDeps, row: BackupRow, signal: AbortSignal): Promise<OffsiteResult> {
  const waiting = (await selectKept(deps.db, row.tenant_id)).filter(
    ({ id, state, offsite_state: offsite }) =>
      state === 'verified' && offsite !== 'verified' && (id === row.id || offsite !== 'none'),
  );
  let copied = 0;
  for (const backup of waiting.slice(0, MOST_AT_ONCE)) {
    const failed = await copyOne(deps, backup, signal);
    if (failed !== undefined) return { copied, failed };
    copied++;
  }
  await deps.db.tx((tx) => deps.alerts.clear(tx, incidentOf(row.tenant_id)));
  return { copied, failed: undefined };
}

/** @returns why it could not be copied */
async function copyOne(deps: BackupDeps, row: BackupRow, signal: AbortSignal): Promise<string | undefined> {
  const { db, clock, alerts } = deps;
  const tenant = await loadTenant(deps, row.tenant_id);
  const place = offsiteOf(deps, settingsOf(deps, tenant));
  const at = { offsite_place: place.locate(row.file), offsite_verified_at: null, offsite_error: null };
  await updateOffsite(db, row.id, { ...at, offsite_state: 'wanted' });
  try {
    await place.put(localPath(row), signal);
    deps.failpoint('backup.copied');
    const copy = await place.get(row.file, signal);
    if (!copy) throw new AppError('OFFSITE_UNAVAILABLE', 'The copy is not there.');
    await verifyCopy(deps, row, copy, signal);
    await updateOffsite(db, row.id, { ...at, offsite_state: 'verified', offsite_verified_at: clock.now() });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    const reason = errorMessage(error).slice(0, 500);
    await db.tx(async (tx) => {
      await updateOffsite(tx, row.id, { ...at, offsite_state: 'failed', offsite_error: reason });
      const about = { tenantId: tenant.id, store: tenant.store, storeName: tenant.store_name };
      const key = incidentOf(tenant.id);
      await alerts.raise(tx, {
        kind: 'offsite_failed',
        key,
        severity: 'error',
        about,
        detail: `${row.file}: ${reason}`,
      });
    });
    deps.log.warn({ store: row.store, backup: row.id, err: error }, 'offsite copy failed');
    return reason;
  }
}
