export type { TenantDatabase } from './ownership.ts';
export { createRoles } from './roles.ts';
export { createScratchDatabases, type ScratchDatabases } from './scratch.ts';
export { createDatabases, type Databases } from './service.ts';
