export type { AuditAction, AuditSubject } from './service.ts';
export { type Audit, type AuditEvent, createAudit } from './service.ts';
