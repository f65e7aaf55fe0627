export { type Confidential, createOutbox, type Outbox } from './service.ts';
