export { type Answered, createIdempotency, type Idempotency } from './service.ts';
