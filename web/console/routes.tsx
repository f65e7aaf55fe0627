import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { auditSearch } from './screens/audit/search.ts';
import { backupsSearch } from './screens/backups/search.ts';
import { fleetSearch } from './screens/fleet/search.ts';
import { healthSearch } from './screens/health/search.ts';
import { incidentsSearch } from './screens/incidents/search.ts';
import { openStoreSearch } from './screens/open-store/search.ts';
import { operationsSearch } from './screens/operations/search.ts';
import { rentSearch } from './screens/rent/search.ts';
import { storeSearch } from './screens/store/search.ts';
import { BrokenScreen, NoSuchScreen } from './shell/broken.tsx';
import { Layout } from './shell/layout.tsx';

/**
 * All screens. Each is a chunk of its own: `screens/<name>/index.tsx` exports the component by name. Search parameters are
 * parsed here, by a function in `screens/<name>/search.ts` that imports nothing large.
 */
const root = createRootRoute({ component: Layout, notFoundComponent: NoSuchScreen });

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: lazyRouteComponent(() => import('./screens/home/index.tsx'), 'Home'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/fleet',
    validateSearch: fleetSearch,
    component: lazyRouteComponent(() => import('./screens/fleet/index.tsx'), 'Fleet'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/rollouts',
    component: lazyRouteComponent(() => import('./screens/rollouts/index.tsx'), 'Rollouts'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/rollouts/$id',
    component: lazyRouteComponent(() => import('./screens/rollout/index.tsx'), 'RolloutScreen'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/stores/$store',
    validateSearch: storeSearch,
    component: lazyRouteComponent(() => import('./screens/store/index.tsx'), 'Store'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/operations',
    validateSearch: operationsSearch,
    component: lazyRouteComponent(() => import('./screens/operations/index.tsx'), 'Operations'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/operations/$id',
    component: lazyRouteComponent(() => import('./screens/operation/index.tsx'), 'Operation'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/health',
    validateSearch: healthSearch,
    component: lazyRouteComponent(() => import('./screens/health/index.tsx'), 'Health'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/open',
    validateSearch: openStoreSearch,
    component: lazyRouteComponent(() => import('./screens/open-store/index.tsx'), 'OpenStore'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/backups',
    validateSearch: backupsSearch,
    component: lazyRouteComponent(() => import('./screens/backups/index.tsx'), 'Backups'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/backups/$store',
    component: lazyRouteComponent(() => import('./screens/backups/store-screen.tsx'), 'BackupsOfStore'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/incidents',
    validateSearch: incidentsSearch,
    component: lazyRouteComponent(() => import('./screens/incidents/index.tsx'), 'Incidents'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/rent',
    validateSearch: rentSearch,
    component: lazyRouteComponent(() => import('./screens/rent/index.tsx'), 'Rent'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/audit',
    validateSearch: auditSearch,
    component: lazyRouteComponent(() => import('./screens/audit/index.tsx'), 'Audit'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/keys',
    component: lazyRouteComponent(() => import('./screens/keys/index.tsx'), 'Keys'),
  }),
] as const;

export const createConsoleRouter = () =>
  createRouter({
    routeTree: root.addChildren(routes),
    basepath: '/console',
    defaultPreload: 'intent',
    defaultErrorComponent: BrokenScreen,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
