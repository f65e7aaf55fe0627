export type { AuditAction, AuditRoom } from './service.ts';
export { type Audit, type AuditEvent, createAudit } from './service.ts';
