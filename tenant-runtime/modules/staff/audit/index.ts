export type { AuditAction, AuditRoom } from './actions.ts';
export { type Audit, type AuditEvent, createAudit } from './service.ts';
