import type { Routes } from './router/loading.ts';

/** All screens. Each is a chunk of its own, loaded when a link to it is pointed at or followed. */
export const ROUTES: Routes = {
  '/': async () => (await import('./screens/home/index.tsx')).Home,
  '/fleet': async () => (await import('./screens/fleet/index.tsx')).Fleet,
  '/rollouts': async () => (await import('./screens/rollouts/index.tsx')).Rollouts,
  '/rollouts/:id': async () => (await import('./screens/rollout/index.tsx')).RolloutScreen,
  '/stores/:store': async () => (await import('./screens/store/index.tsx')).Store,
  '/operations': async () => (await import('./screens/operations/index.tsx')).Operations,
  '/operations/:id': async () => (await import('./screens/operation/index.tsx')).Operation,
  '/health': async () => (await import('./screens/health/index.tsx')).Health,
  '/open': async () => (await import('./screens/open-store/index.tsx')).OpenStore,
  '/backups': async () => (await import('./screens/backups/index.tsx')).Backups,
  '/backups/:store': async () => (await import('./screens/backups/store-screen.tsx')).BackupsOfStore,
  '/incidents': async () => (await import('./screens/incidents/index.tsx')).Incidents,
  '/shards': async () => (await import('./screens/shards/index.tsx')).Shards,
  '/rent': async () => (await import('./screens/rent/index.tsx')).Rent,
  '/audit': async () => (await import('./screens/audit/index.tsx')).Audit,
  '/keys': async () => (await import('./screens/keys/index.tsx')).Keys,
};
