import type { Tx } from '../../../../kernel/db.ts';
import { selectTenantById, type TenantRow } from '../../../fleet/tenants/index.ts';
import { type BackupRow, selectSizeBefore, updateFailed, updateVerified } from '../sql.ts';
import type { BackupDeps } from './deps.ts';

/** A backup of less than this part of the one before is worth a look. */
const COLLAPSE = 0.5;

export type Fault = { code: string; message: string };

const aboutOf = (tenant: TenantRow) => ({ tenantId: tenant.id, store: tenant.store, storeName: tenant.store_name });
export const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 2 : 0)} MB`;

/** A new backup holds: what the owners were told of missing ones is over. */
export async function recordVerified(deps: BackupDeps, row: BackupRow): Promise<void> {
  const { db, alerts, clock } = deps;
  await db.tx(async (tx) => {
    const before = await selectSizeBefore(tx, row);
    await updateVerified(tx, row.id, clock.now());
    await alerts.clear(tx, `backup_failed:${row.tenant_id}`);
    await alerts.clear(tx, `backup_overdue:${row.tenant_id}`);
    const tenant = await selectTenantById(tx, row.tenant_id);
    if (!tenant || row.size === null || before === undefined || row.size >= before * COLLAPSE) return;
    await alerts.notify(tx, {
      kind: 'backup_shrunk',
      key: `backup_shrunk:${row.id}`,
      severity: 'warn',
      about: aboutOf(tenant),
      detail: `${row.file}: ${megabytes(row.size)}, before ${megabytes(before)}`,
    });
  });
}

/** A backup could not be made or does not hold: told once, until a new one succeeds. */
export async function recordFailed(
  deps: BackupDeps,
  tx: Tx,
  row: BackupRow | undefined,
  fault: Fault,
  tenantId: string,
) {
  if (row) await updateFailed(tx, row.id, { ...fault, at: deps.clock.now() });
  const tenant = await selectTenantById(tx, tenantId);
  if (!tenant) return;
  await deps.alerts.raise(tx, {
    kind: 'backup_failed',
    key: `backup_failed:${tenantId}`,
    severity: 'error',
    about: aboutOf(tenant),
    detail: `${fault.code}: ${fault.message}`,
  });
}
