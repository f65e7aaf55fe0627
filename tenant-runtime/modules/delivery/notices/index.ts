export { returningHandlers } from './returning.ts';
export { createNotices, type Notices } from './service.ts';
