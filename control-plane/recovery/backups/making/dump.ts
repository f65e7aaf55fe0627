import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../kernel/errors.ts';
import { shortId } from '../../../../kernel/ids.ts';
import type { BackupReason } from '../../../api/contract/index.ts';
import type { OperationRow } from '../../../fleet/operations/index.ts';
import { databaseName, loadTenant, roleName, SECRET_NAMES, type TenantRow } from '../../../fleet/tenants/index.ts';
import { assertRoom, megabytes, roomLeft } from '../../../platform/free-space.ts';
import { archiveName, sweepLeftovers } from '../archive/index.ts';
import { type DumpFile, withSnapshot } from '../postgres/index.ts';
import { type BackupRow, failAbandoned, insertBackup, restartBackup, selectBackupOf, updateDumped } from '../sql.ts';
import { type BackupDeps, currentPassword, scratch, sealPassword, settingsOf } from './deps.ts';
import { reporting } from './faults.ts';
import { watched } from './watch.ts';

/** The row of the backup that an operation makes. A retry makes another: its store has gone on since. */
export async function beginBackup(deps: BackupDeps, operation: OperationRow, reason: BackupReason): Promise<BackupRow> {
  const newest = await selectBackupOf(deps.db, operation.id);
  const known = newest?.attempt === operation.attempt ? newest : undefined;
  if (known && known.state !== 'failed') return known;
  const password = await currentPassword(deps, operation.tenant_id);
  if (known) {
    await restartBackup(deps.db, known.id, sealPassword(deps, known.id, password));
  } else {
    const tenant = await loadTenant(deps, operation.tenant_id);
    await insertRow(deps, operation, tenant, reason, password);
  }
  return (await selectBackupOf(deps.db, operation.id)) as BackupRow;
}

async function insertRow(
  deps: BackupDeps,
  operation: OperationRow,
  tenant: TenantRow,
  reason: BackupReason,
  password: string,
): Promise<void> {
  const id = shortId(12);
  const at = deps.clock.now();
  const { localDir } = settingsOf(deps, tenant);
  await failAbandoned(deps.db, tenant.id, at);
  // Two in one second get names of two seconds.
  for (let later = 0; ; later++) {
    const file = archiveName(new Date(at.getTime() + later * 1000));
    const made = await insertBackup(deps.db, {
      id,
      tenant_id: tenant.id,
      store: tenant.store,
      gateway: tenant.gateway,
      operation_id: operation.id,
      attempt: operation.attempt,
      reason,
      file,
      password_sealed: sealPassword(deps, id, password),
      local_path: join(localDir, file),
      image: tenant.image,
      started_at: at,
    });
    if (made) return;
  }
}

/** Dumps the store's database and counts its rows, both of one snapshot. The dump lies beside the archive to be, 0600. */
export async function dumpStore(deps: BackupDeps, row: BackupRow, signal: AbortSignal): Promise<string> {
  const tenant = await loadTenant(deps, row.tenant_id);
  const secrets = await deps.secrets.openAll(deps.db, tenant.id);
  const { localDir } = settingsOf(deps, tenant);
  const target = {
    clusterUrl: deps.clusterUrl,
    database: databaseName(tenant.store),
    role: roleName(tenant.store),
    password: secrets[SECRET_NAMES.databasePassword] ?? '',
  };
  return reporting(async () => {
    await mkdir(localDir, { recursive: true, mode: 0o750 });
    // Nobody else writes there: the operation holds the store.
    await sweepLeftovers(localDir);
    const { dump } = scratch(row);
    const { patience, stalled } = deps;
    const dumped = await watched({ file: dump, tenantId: tenant.id, patience, stalled, signal }, (watch) =>
      withSnapshot(
        target,
        async (snapshot) => {
          await assertRoom(localDir, snapshot.estimate, 'The backup');
          watch.expect(snapshot.estimate);
          const limit = dumpLimit({ database: snapshot.size, room: await roomLeft(localDir), folder: localDir });
          const tools = await deps.tools.find(snapshot.serverMajor);
          const [counted] = await Promise.all([
            snapshot.count(watch.progressed),
            deps.tools.dump(target, snapshot.id, { file: dump, limit }, tools, watch.signal),
          ]);
          return {
            database_size: snapshot.size,
            row_counts: counted,
            migration: snapshot.migration,
            postgres: snapshot.server,
          };
        },
        watch.signal,
      ),
    );
    deps.failpoint('backup.dumped');
    const { size } = await stat(dump);
    await updateDumped(deps.db, row.id, { ...dumped, dump_size: size });
    const rows = Object.values(dumped.row_counts).reduce((sum, count) => sum + count, 0);
    return `${rows} rows of ${Object.keys(dumped.row_counts).length} tables`;
  });
}

/** A dump is compressed, so that it is smaller than its database, unless that was made to give more than it holds. */
const MOST_DUMPED = 4;
const ALWAYS_DUMPED = 32_000_000;

/**
 * What the dump of a store may take: a database can hold one value for a million rows, and a dump writes it a million times.
 * Of the room on the disk, the archive of the dump takes as much again. Pure.
 */
export function dumpLimit(of: { database: number; room: number; folder: string }): NonNullable<DumpFile['limit']> {
  const most = of.database * MOST_DUMPED + ALWAYS_DUMPED;
  const fits = of.room / 2;
  if (fits < most) {
    return {
      bytes: fits,
      fault: new AppError(
        'STORAGE_FULL',
        `The backup was ended: its dump came to ${megabytes(fits)}, half of what may be used in ${of.folder}; the archive needs as much again. Free some space and retry.`,
      ),
    };
  }
  return {
    bytes: most,
    fault: new AppError(
      'BACKUP_FAILED',
      `The backup was ended: its dump came to ${megabytes(most)}, but the database has ${megabytes(of.database)} only. No store's runtime makes such tables: look for columns with a long default that were added to tables of many rows, and whether the store was taken over.`,
    ),
  };
}
