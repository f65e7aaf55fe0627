export { createRefusals, type Refusals } from './refusals.ts';
export { auditRoutes } from './routes.ts';
export { type Audit, createAudit } from './service.ts';
export type { AuditRow } from './sql.ts';
