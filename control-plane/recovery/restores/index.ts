export { type RestoreDeps, scratchName, targetOf } from './deps.ts';
export { compareRows } from './load.ts';
export { pgRestore } from './pg-restore.ts';
export { restoreRoutes } from './routes.ts';
export { createRestores } from './service.ts';
export { checkStep, countStep, loadStep } from './steps/prepare.ts';
export { restoreWorkflow } from './workflow.ts';
