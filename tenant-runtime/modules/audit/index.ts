export { type Audit, type AuditEvent, createAudit } from './service.ts';
