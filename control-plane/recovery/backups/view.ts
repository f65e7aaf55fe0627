import type { Backup } from '../../api/contract/index.ts';
import type { BackupRow } from './sql.ts';

const time = (date: Date | null) => date?.toISOString() ?? null;

/** The backup as the API shows it. */
export function toBackup(row: BackupRow): Backup {
  return {
    id: row.id,
    store: row.store,
    file: row.file,
    reason: row.reason,
    state: row.state,
    operation: row.operation_id,
    size: row.size,
    sha256: row.sha256,
    rows: row.row_counts,
    migration: row.migration,
    image: row.image,
    local: row.local_path === null ? null : { path: row.local_path, verifiedAt: time(row.local_verified_at) },
    offsite:
      row.offsite_state === 'none'
        ? null
        : {
            place: row.offsite_place,
            state: row.offsite_state,
            verifiedAt: time(row.offsite_verified_at),
            error: row.offsite_error,
          },
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    startedAt: row.started_at.toISOString(),
    finishedAt: time(row.finished_at),
  };
}
