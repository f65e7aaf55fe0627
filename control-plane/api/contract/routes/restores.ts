import { DrillList, DrillsAccepted, ListDrillsQuery, RestoreQuery, SelfBackup } from '../drills.ts';
import { accepted, type Route } from './route.ts';

export const RESTORE_ROUTES = {
  restoreBackup: {
    ...accepted,
    method: 'POST',
    path: '/v1/backups/:id/restore',
    summary: 'Put a backup in the place of its store’s database, which is kept aside for 7 days',
    query: RestoreQuery,
  },
  startDrill: {
    ...accepted,
    method: 'POST',
    path: '/v1/tenants/:store/drills',
    summary: 'Restore the newest backup of a store beside it, count its rows, and drop it',
  },
  startDrills: {
    method: 'POST',
    path: '/v1/drills',
    scope: 'operator',
    summary: 'Drill every store that has a backup, a few at a time',
    status: 202,
    answer: DrillsAccepted,
  },
  backUpControlPlane: {
    method: 'POST',
    path: '/v1/control-plane/backups',
    scope: 'admin',
    summary: 'Back up the control plane itself, without the master key',
    status: 201,
    answer: SelfBackup,
  },
  listDrills: {
    method: 'GET',
    path: '/v1/drills',
    scope: 'viewer',
    summary: 'Drills, newest first',
    status: 200,
    query: ListDrillsQuery,
    answer: DrillList,
  },
} as const satisfies Record<string, Route>;
