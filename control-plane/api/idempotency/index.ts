export { type Answered, createIdempotency, type Idempotency, placeOfAnswer } from './service.ts';
