export { compareRows } from './load.ts';
export { type RestoreParts, scratchName, targetOf } from './parts.ts';
export { pgRestore } from './pg-restore.ts';
export { restoreRoutes } from './routes.ts';
export { createRestores, type Restores } from './service.ts';
export { checkStep, countStep, loadStep } from './steps/prepare.ts';
export { restoreWorkflow } from './workflow.ts';
