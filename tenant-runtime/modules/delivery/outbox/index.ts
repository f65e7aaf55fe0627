export { type Confidential, createOutbox, type Outbox } from './service.ts';
export type { Receipt } from './sql.ts';
