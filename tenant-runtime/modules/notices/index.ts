export { createNotices, type Notices } from './service.ts';
export { recentOrders } from './sql.ts';
