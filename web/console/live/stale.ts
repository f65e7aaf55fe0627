import type { Query, QueryClient } from '@tanstack/react-query';
import type { FleetEvent } from '../../../control-plane/api/contract/index.ts';
import type { PathOf } from '../api/routes.ts';

type Path = PathOf<'GET'>;

/** Which reads show what an event of a kind tells of. Those with a parameter only if it is the event's store or id. */
const READS: Record<FleetEvent['kind'], readonly Path[]> = {
  tenant: [
    '/v1/summary',
    '/v1/tenants',
    '/v1/tenant-facets',
    '/v1/tenants/:store',
    '/v1/tenants/:store/config',
    '/v1/tenants/:store/health',
    '/v1/tenants/:store/health/history',
    '/v1/tenants/:store/events',
    '/v1/shards',
    '/v1/audit',
  ],
  operation: ['/v1/summary', '/v1/operations', '/v1/operations/:id', '/v1/tenants/:store', '/v1/audit'],
  incident: ['/v1/summary', '/v1/incidents'],
  backup: ['/v1/summary', '/v1/backups', '/v1/backups/:id', '/v1/tenants/:store/backups'],
  drill: ['/v1/summary', '/v1/drills', '/v1/backups'],
  rollout: ['/v1/summary', '/v1/rollouts', '/v1/rollouts/:id', '/v1/rollouts/:id/stores'],
  shard: ['/v1/summary', '/v1/shards'],
};

type KeyRequest = { params?: Partial<Record<'store' | 'id', string>>; query?: { store?: unknown } };

/** Whether a read shows what one of the events tells of. */
export function isStale(key: readonly unknown[], events: readonly FleetEvent[]): boolean {
  const [path, request] = key as [Path, KeyRequest | undefined];
  const { store = request?.query?.store, id } = request?.params ?? {};
  return events.some(
    (event) =>
      READS[event.kind].includes(path) &&
      (store === undefined || event.store === null || store === event.store) &&
      (id === undefined || id === event.id),
  );
}

/** Reads that look after themselves carry this in `meta`: they take the events from `useLiveEvents`. */
export const OWN_LIVE = { ownLive: true } as const;

const isOurs = ({ queryKey, meta }: Query): boolean => queryKey[0] !== '/v1/session' && meta?.ownLive !== true;

export const readAgain = (queries: QueryClient, events: readonly FleetEvent[]): Promise<void> =>
  queries.invalidateQueries({ predicate: (query) => isOurs(query) && isStale(query.queryKey, events) });

export const readAllAgain = (queries: QueryClient): Promise<void> => queries.invalidateQueries({ predicate: isOurs });
