export { type BackupParts, copyPlaceOf, passwordOf, placeOfPassword, subjectOf } from './making/parts.ts';
export { backupStep } from './making/within.ts';
export { DUMP_PART, StoreManifest } from './manifest.ts';
export {
  connectionStringOf,
  countRows,
  createPgTools,
  type DumpTarget,
  environmentOf,
  letTakeItsTime,
  type PgTools,
  selectTables,
} from './postgres/index.ts';
export { createBackupRoom } from './room.ts';
export { backupRoutes } from './routes.ts';
export { type BackupSchedule, createBackupSchedule } from './schedule.ts';
export { type Backups, createBackups } from './service.ts';
export { type BackupRow, selectBackup, selectBackupOf } from './sql.ts';
