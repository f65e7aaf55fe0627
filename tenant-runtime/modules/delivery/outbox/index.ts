export { createOutbox, type Outbox } from './service.ts';
