export { createMender } from './mender.ts';
export { createOrphans, type Orphans } from './orphans.ts';
export { createReconciler, type Reconciler } from './reconciler.ts';
export { orphanRoutes } from './routes.ts';
export { selectLag } from './sql.ts';
export { createWatchdog } from './watchdog.ts';
