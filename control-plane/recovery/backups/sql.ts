import type { Queryable } from '../../../kernel/db.ts';
import type { BackupReason } from '../../api/contract/index.ts';

export type BackupRow = {
  seq: number;
  id: string;
  tenant_id: string;
  store: string;
  gateway: string;
  operation_id: string;
  attempt: number;
  reason: BackupReason;
  state: 'making' | 'made' | 'verified' | 'failed' | 'pruned';
  file: string;
  password_sealed: string;
  local_path: string | null;
  local_verified_at: Date | null;
  offsite_place: string | null;
  offsite_state: 'none' | 'wanted' | 'verified' | 'failed' | 'pruned';
  offsite_verified_at: Date | null;
  offsite_error: string | null;
  size: number | null;
  sha256: string | null;
  dump_size: number | null;
  /** Bytes of the database at the snapshot; null of backups of before this was written down. */
  database_size: number | null;
  row_counts: Record<string, number> | null;
  migration: string | null;
  postgres: string | null;
  image: string;
  error_code: string | null;
  error_message: string | null;
  started_at: Date;
  finished_at: Date | null;
  pruned_at: Date | null;
};

const COLUMNS = `seq, id, tenant_id, store, gateway, operation_id, attempt, reason, state, file, password_sealed, local_path,
  local_verified_at, offsite_place, offsite_state, offsite_verified_at, offsite_error, size, sha256, dump_size,
  database_size, row_counts, migration, postgres, image, error_code, error_message, started_at, finished_at, pruned_at`;

export async function selectBackup(on: Queryable, id: string): Promise<BackupRow | undefined> {
  const [row] = await on.query<BackupRow>(`SELECT ${COLUMNS} FROM backups WHERE id = $1`, [id]);
  return row;
}

/** The backup that the newest attempt of an operation made. */
export async function selectBackupOf(on: Queryable, operationId: string): Promise<BackupRow | undefined> {
  const [row] = await on.query<BackupRow>(
    `SELECT ${COLUMNS} FROM backups WHERE operation_id = $1 ORDER BY attempt DESC LIMIT 1`,
    [operationId],
  );
  return row;
}

/** Newest first. */
export async function selectBackups(
  on: Queryable,
  filter: { store: string; before: number | null; limit: number },
): Promise<BackupRow[]> {
  return on.query(
    `SELECT ${COLUMNS} FROM backups WHERE store = $1 AND ($2::bigint IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3`,
    [filter.store, filter.before, filter.limit],
  );
}

/** Those of a tenant that still lie somewhere, newest first. */
export async function selectKept(on: Queryable, tenantId: string): Promise<BackupRow[]> {
  return on.query(
    `SELECT ${COLUMNS} FROM backups WHERE tenant_id = $1 AND state IN ('made', 'verified') ORDER BY seq DESC`,
    [tenantId],
  );
}

export type NewBackup = Pick<
  BackupRow,
  | 'id'
  | 'tenant_id'
  | 'store'
  | 'gateway'
  | 'operation_id'
  | 'attempt'
  | 'reason'
  | 'file'
  | 'password_sealed'
  | 'local_path'
  | 'image'
  | 'started_at'
>;

/** False when this tenant has a file of that name already. */
export async function insertBackup(on: Queryable, row: NewBackup): Promise<boolean> {
  const made = await on.query(
    `INSERT INTO backups (id, tenant_id, store, gateway, operation_id, attempt, reason, state, file, password_sealed,
       local_path, image, started_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'making', $8, $9, $10, $11, $12)
     ON CONFLICT ON CONSTRAINT backups_one_file DO NOTHING RETURNING id`,
    [
      row.id,
      row.tenant_id,
      row.store,
      row.gateway,
      row.operation_id,
      row.attempt,
      row.reason,
      row.file,
      row.password_sealed,
      row.local_path,
      row.image,
      row.started_at,
    ],
  );
  return made.length > 0;
}

/** Begins anew with one that failed in the same attempt, with the password of now. */
export async function restartBackup(on: Queryable, id: string, passwordSealed: string): Promise<void> {
  await on.query(
    `UPDATE backups SET state = 'making', password_sealed = $2, size = NULL, sha256 = NULL, dump_size = NULL,
       error_code = NULL, error_message = NULL, finished_at = NULL WHERE id = $1`,
    [id, passwordSealed],
  );
}

export type Dumped = Pick<BackupRow, 'dump_size' | 'database_size' | 'row_counts' | 'migration' | 'postgres'>;

export async function updateDumped(on: Queryable, id: string, dumped: Dumped): Promise<void> {
  await on.query(
    `UPDATE backups SET dump_size = $2, database_size = $3, row_counts = $4, migration = $5, postgres = $6 WHERE id = $1`,
    [id, dumped.dump_size, dumped.database_size, JSON.stringify(dumped.row_counts), dumped.migration, dumped.postgres],
  );
}

export async function updateMade(on: Queryable, id: string, made: { size: number; sha256: string }): Promise<void> {
  await on.query("UPDATE backups SET state = 'made', size = $2, sha256 = $3 WHERE id = $1", [
    id,
    made.size,
    made.sha256,
  ]);
}

export async function updateVerified(on: Queryable, id: string, at: Date): Promise<void> {
  await on.query(
    `UPDATE backups SET state = 'verified', local_verified_at = $2, finished_at = coalesce(finished_at, $2) WHERE id = $1`,
    [id, at],
  );
}

export async function updateFailed(
  on: Queryable,
  id: string,
  fault: { code: string; message: string; at: Date },
): Promise<void> {
  await on.query(
    `UPDATE backups SET state = 'failed', error_code = $2, error_message = $3, finished_at = $4 WHERE id = $1`,
    [id, fault.code, fault.message, fault.at],
  );
}

/** Rows of a tenant whose making ended without saying how; while its operation is about to make another. */
export async function failAbandoned(on: Queryable, tenantId: string, at: Date): Promise<void> {
  await on.query(
    `UPDATE backups SET state = 'failed', error_code = 'CANCELLED', error_message = 'It was broken off.', finished_at = $2
     WHERE tenant_id = $1 AND state = 'making'`,
    [tenantId, at],
  );
}

export type OffsiteColumns = Pick<
  BackupRow,
  'offsite_state' | 'offsite_place' | 'offsite_verified_at' | 'offsite_error'
>;

export async function updateOffsite(on: Queryable, id: string, offsite: OffsiteColumns): Promise<void> {
  await on.query(
    `UPDATE backups SET offsite_state = $2, offsite_place = $3, offsite_verified_at = $4, offsite_error = $5 WHERE id = $1`,
    [id, offsite.offsite_state, offsite.offsite_place, offsite.offsite_verified_at, offsite.offsite_error],
  );
}

export async function updatePruned(on: Queryable, id: string, at: Date): Promise<void> {
  await on.query(
    `UPDATE backups SET state = 'pruned', local_path = NULL, pruned_at = $2,
       offsite_state = CASE offsite_state WHEN 'none' THEN 'none' ELSE 'pruned' END WHERE id = $1`,
    [id, at],
  );
}

/** The files of a tenant moved with their folder; null when they were deleted with it. */
export async function updateFolder(on: Queryable, tenantId: string, from: string, to: string | null): Promise<void> {
  if (to === null) {
    await on.query(
      `UPDATE backups SET state = 'pruned', local_path = NULL, pruned_at = now()
       WHERE tenant_id = $1 AND starts_with(local_path, $2 || '/')`,
      [tenantId, from],
    );
    return;
  }
  await on.query(
    `UPDATE backups SET
       local_path = CASE WHEN starts_with(local_path, $2 || '/') THEN $3 || substr(local_path, length($2) + 1) ELSE local_path END,
       offsite_place = CASE WHEN starts_with(offsite_place, $2 || '/') THEN $3 || substr(offsite_place, length($2) + 1)
                            ELSE offsite_place END
     WHERE tenant_id = $1`,
    [tenantId, from, to],
  );
}

/** Size of the newest verified backup before this one. */
export async function selectSizeBefore(
  on: Queryable,
  row: Pick<BackupRow, 'tenant_id' | 'seq'>,
): Promise<number | undefined> {
  const [before] = await on.query<{ size: number }>(
    `SELECT size FROM backups WHERE tenant_id = $1 AND seq < $2 AND local_verified_at IS NOT NULL AND size IS NOT NULL
     ORDER BY seq DESC LIMIT 1`,
    [row.tenant_id, row.seq],
  );
  return before?.size;
}

/** Backups of a tenant by hand within the last 24 hours that lie on the disk, or are about to. */
export async function countManualOfDay(on: Queryable, tenantId: string): Promise<number> {
  const [row] = await on.query<{ count: number }>(
    `SELECT count(*) AS count FROM backups WHERE tenant_id = $1 AND reason = 'manual'
       AND state IN ('making', 'made', 'verified') AND started_at > now() - interval '24 hours'`,
    [tenantId],
  );
  return row?.count ?? 0;
}

export async function databaseExists(on: Queryable, name: string): Promise<boolean> {
  return (await on.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])).length > 0;
}

export async function selectLastGood(on: Queryable, store: string): Promise<Date | null> {
  const [row] = await on.query<{ at: Date | null }>(
    "SELECT max(b.started_at) AS at FROM backups b JOIN tenants t ON t.id = b.tenant_id WHERE t.store = $1 AND b.state = 'verified'",
    [store],
  );
  return row?.at ?? null;
}
