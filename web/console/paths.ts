import type { AuditSearch } from './screens/audit/search.ts';
import type { BackupsSearch } from './screens/backups/search.ts';
import type { FleetSearch } from './screens/fleet/search.ts';
import type { HealthSearch } from './screens/health/search.ts';
import type { IncidentsSearch } from './screens/incidents/search.ts';
import type { OpenStoreSearch } from './screens/open-store/search.ts';
import type { OperationsSearch } from './screens/operations/search.ts';
import type { RentSearch } from './screens/rent/search.ts';
import type { StoreSearch } from './screens/store/search.ts';

/** Where the console is served. */
export const BASE = '/console';

/** The paths of all screens, below BASE. */
export const PATHS = [
  '/',
  '/fleet',
  '/rollouts',
  '/rollouts/:id',
  '/stores/:store',
  '/operations',
  '/operations/:id',
  '/health',
  '/open',
  '/backups',
  '/backups/:store',
  '/incidents',
  '/shards',
  '/rent',
  '/audit',
  '/keys',
] as const;

export type RoutePath = (typeof PATHS)[number];

/** What the addresses of screens may say after the `?`; `screens/<name>/search.ts` checks it there. */
export type Searches = {
  '/fleet': FleetSearch;
  '/stores/:store': StoreSearch;
  '/operations': OperationsSearch;
  '/health': HealthSearch;
  '/open': OpenStoreSearch;
  '/backups': BackupsSearch;
  '/incidents': IncidentsSearch;
  '/rent': RentSearch;
  '/audit': AuditSearch;
};
