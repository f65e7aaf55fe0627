export { createNotices, type Notices } from './notices.ts';
export { createRent, type Rent, type RentParts } from './service.ts';
