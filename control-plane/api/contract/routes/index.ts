import { BACKUP_ROUTES } from './backups.ts';
import { EVENT_ROUTES } from './events.ts';
import { FLEET_ROUTES } from './fleet.ts';
import { HEALTH_ROUTES } from './health.ts';
import { INCIDENT_ROUTES } from './incidents.ts';
import { OPERATION_ROUTES } from './operations.ts';
import { PLATFORM_ROUTES } from './platform.ts';
import { REHEARSAL_ROUTES } from './rehearsal.ts';
import { RESTORE_ROUTES } from './restores.ts';
import { ROLLOUT_ROUTES } from './rollouts.ts';
import type { Route } from './route.ts';
import { SESSION_ROUTES } from './session.ts';
import { SHARD_ROUTES } from './shards.ts';
import { TENANT_ROUTES } from './tenants.ts';

export type { Route } from './route.ts';

/** Every route of the API. The server registers them from here, and the CLI calls them. */
export const ROUTES = {
  ...TENANT_ROUTES,
  ...EVENT_ROUTES,
  ...INCIDENT_ROUTES,
  ...HEALTH_ROUTES,
  ...BACKUP_ROUTES,
  ...RESTORE_ROUTES,
  ...REHEARSAL_ROUTES,
  ...OPERATION_ROUTES,
  ...ROLLOUT_ROUTES,
  ...FLEET_ROUTES,
  ...SHARD_ROUTES,
  ...SESSION_ROUTES,
  ...PLATFORM_ROUTES,
} as const satisfies Record<string, Route>;
