export { closeToStrangers } from './isolation.ts';
export { createDatabases, type Databases, type TenantDatabase } from './service.ts';
