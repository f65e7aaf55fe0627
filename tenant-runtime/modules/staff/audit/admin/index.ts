export { AUDIT_DESK } from './callbacks.ts';
export { auditDeskHandlers } from './handlers.ts';
