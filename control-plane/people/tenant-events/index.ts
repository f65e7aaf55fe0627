export { reportRoutes, tenantEventRoutes } from './routes.ts';
export { createTenantEvents, type TenantEvents } from './service.ts';
