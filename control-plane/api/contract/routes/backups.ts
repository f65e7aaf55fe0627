import { Backup, BackupPage, BackupStandingPage, ListBackupStandingsQuery, ListBackupsQuery } from '../backups.ts';
import { accepted, type Route } from './route.ts';

export const BACKUP_ROUTES = {
  createBackup: { ...accepted, method: 'POST', path: '/v1/tenants/:store/backups', summary: 'Back up a store now' },
  listBackups: {
    method: 'GET',
    path: '/v1/tenants/:store/backups',
    scope: 'viewer',
    summary: 'Backups of a store, newest first; also of one that was removed',
    status: 200,
    query: ListBackupsQuery,
    answer: BackupPage,
  },
  pruneBackups: {
    ...accepted,
    method: 'POST',
    path: '/v1/tenants/:store/backups/prune',
    summary: 'Delete the backups of a store that its retention no longer keeps',
  },
  listBackupStandings: {
    method: 'GET',
    path: '/v1/backups',
    scope: 'viewer',
    summary: 'Of every store its newest verified backup and its last drill, the least safe first',
    status: 200,
    query: ListBackupStandingsQuery,
    answer: BackupStandingPage,
  },
  showBackup: {
    method: 'GET',
    path: '/v1/backups/:id',
    scope: 'viewer',
    summary: 'One backup',
    status: 200,
    answer: Backup,
  },
  verifyBackup: {
    ...accepted,
    method: 'POST',
    path: '/v1/backups/:id/verify',
    summary: 'Read a backup back from where it lies, and its offsite copy, and see whether they hold',
  },
} as const satisfies Record<string, Route>;
