export { reportRoutes, tenantEventRoutes } from './routes.ts';
export { createTenantEvents } from './service.ts';
