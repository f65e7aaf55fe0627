export { createDatabases, type Databases, type TenantDatabase } from './service.ts';
export { createSideDatabases, type Side, type SideDatabases } from './sides.ts';
