export { type Announcements, createAnnouncements, templateRolledBack } from './service.ts';
