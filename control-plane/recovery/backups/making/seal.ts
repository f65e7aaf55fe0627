import { rm, stat } from 'node:fs/promises';
import { loadTenant } from '../../../fleet/tenants/index.ts';
import { assertRoom } from '../../../platform/free-space.ts';
import { checkArchive, writeArchive } from '../archive/index.ts';
import { DUMP_PART, type StoreManifest } from '../manifest.ts';
import { type BackupRow, updateMade } from '../sql.ts';
import { filePart, maintenanceLogs, writeAudit } from './attachments.ts';
import { type BackupDeps, localPath, passwordOf, scratch, settingsOf, subjectOf } from './deps.ts';
import { reporting } from './faults.ts';

const MOST_ENV_BYTES = 1024 * 1024;

/**
 * Makes the archive of the dump and what belongs to it.
 * @returns false when the dump is gone and has to be made again
 */
export async function sealBackup(deps: BackupDeps, row: BackupRow, signal: AbortSignal): Promise<boolean> {
  const path = localPath(row);
  const { dump, audit } = scratch(row);
  return reporting(async () => {
    // One that got its name before its row was told.
    const there = await checkArchive(path, passwordOf(deps, row), { subject: subjectOf(row.tenant_id), signal });
    const made = there.ok ? there.meta : await write(deps, row, signal);
    if (!made) return false;
    deps.failpoint('backup.sealed');
    await updateMade(deps.db, row.id, made);
    await rm(dump, { force: true });
    await rm(audit, { force: true });
    return true;
  });
}

async function write(deps: BackupDeps, row: BackupRow, signal: AbortSignal) {
  const { dump, audit } = scratch(row);
  const size = await stat(dump).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined || size !== row.dump_size) return undefined;
  const tenant = await loadTenant(deps, row.tenant_id);
  const { folder, localDir } = settingsOf(deps, tenant);
  await assertRoom(localDir, size, 'The archive of the backup');
  await writeAudit(deps, audit, { store: row.store, since: tenant.created_at }, signal);
  const env = await filePart(folder, 'bot.env', MOST_ENV_BYTES);
  const facts: Omit<StoreManifest, 'parts'> = {
    kind: 'store',
    store: row.store,
    gateway: row.gateway,
    tenantId: row.tenant_id,
    createdAt: row.started_at.toISOString(),
    reason: row.reason,
    lapak: deps.version,
    image: row.image,
    postgres: row.postgres ?? '',
    migration: row.migration,
    rows: row.row_counts ?? {},
  };
  return writeArchive({
    destination: localPath(row),
    password: passwordOf(deps, row),
    subject: subjectOf(row.tenant_id),
    createdAt: row.started_at,
    iterations: deps.kdfIterations,
    facts,
    parts: [
      { name: DUMP_PART, file: dump },
      ...(env ? [env] : []),
      { name: 'audit.jsonl', file: audit },
      ...(await maintenanceLogs(folder)),
    ],
    signal,
  });
}
