export { createScratchDatabases, type ScratchDatabase, type ScratchDatabases } from './scratch.ts';
export { createDatabases, type Databases, type TenantDatabase } from './service.ts';
