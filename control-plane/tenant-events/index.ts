export { createMessenger } from './messenger.ts';
export { tenantEventRoutes } from './routes.ts';
export { createTenantEvents, type TenantEvents } from './service.ts';
