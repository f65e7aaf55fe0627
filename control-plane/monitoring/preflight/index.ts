export { rehearsalRoutes } from './routes.ts';
export { createRehearsals } from './service.ts';
export { rehearsalWorkflow } from './workflow.ts';
