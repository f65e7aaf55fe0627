export { createOrphans } from './orphans.ts';
export { createReconciler } from './reconciler.ts';
export { orphanRoutes } from './routes.ts';
export { selectLag } from './sql.ts';
export { createTenantReconciler } from './tenant-reconciler.ts';
export { watchdogTask } from './watchdog.ts';
