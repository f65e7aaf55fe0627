export { createDepositAnnouncements } from './deposits.ts';
export { type Announcements, createAnnouncements, templateRolledBack } from './service.ts';
