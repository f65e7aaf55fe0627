export { createDepositAnnouncements } from './deposits.ts';
export { type Announcements, createAnnouncements } from './service.ts';
