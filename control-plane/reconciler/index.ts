export { createMender } from './mender.ts';
export { createReconciler, type Reconciler } from './reconciler.ts';
