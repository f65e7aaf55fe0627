export { createNotices, type Notices, type RentSettings } from './notices.ts';
export { createRent, type Rent } from './service.ts';
