export { rehearsalRoutes } from './routes.ts';
export { createRehearsals, type Rehearsals } from './service.ts';
export { rehearsalWorkflow } from './workflow.ts';
