export { closeToStrangers } from './isolation.ts';
export { scramVerifier } from './scram.ts';
export { createDatabases, type Databases, type TenantDatabase } from './service.ts';
export { createSideDatabases, KEPT_DAYS, type Side, type SideDatabases } from './sides.ts';
