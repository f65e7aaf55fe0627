export { closeToStrangers } from './isolation.ts';
export { scramVerifier } from './scram.ts';
export { createDatabases, type Databases, type TenantDatabase } from './service.ts';
