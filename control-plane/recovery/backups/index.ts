export { type BackupDeps, copyPlaceOf, passwordOf, placeOfPassword, subjectOf } from './making/deps.ts';
export { createStalled, PATIENCE } from './making/watch.ts';
export { backupSteps, lastBackupSteps, makeBackup, upgradeBackupSteps } from './making/within-operation.ts';
export { DUMP_PART, StoreManifest } from './manifest.ts';
export { createBucket } from './offsite/index.ts';
export {
  connectionStringOf,
  countRows,
  createPgTools,
  type DumpTarget,
  environmentOf,
  letTakeItsTime,
  selectTables,
} from './postgres/index.ts';
export { backupRoutes } from './routes.ts';
export { createBackupSchedule } from './schedule.ts';
export { selectNewestGood } from './schedule-sql.ts';
export { createBackups } from './service.ts';
export { type BackupRow, selectBackup, selectBackupOf, updateFolder } from './sql.ts';
export { countStandings } from './standings-sql.ts';
export { backupWorkflows } from './workflows.ts';
