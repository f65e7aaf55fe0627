export { markOf, type TenantDatabase } from './ownership.ts';
export { createRoles } from './roles.ts';
export { createScratchDatabases, type ScratchDatabase, type ScratchDatabases } from './scratch.ts';
export { createDatabases, type Databases } from './service.ts';
