export { createNotices, type Notices } from './service.ts';
export { recentSubjects } from './sql.ts';
