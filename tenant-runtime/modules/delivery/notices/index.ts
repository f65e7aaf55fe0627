export { returningHandlers } from './returning.ts';
export { createNotices } from './service.ts';
