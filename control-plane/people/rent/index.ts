export { createNotices } from './notices.ts';
export { createRent, type Rent, type RentParts } from './service.ts';
