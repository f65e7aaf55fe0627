export { awayHandlers } from './away.ts';
export { CUSTOMER_SERVICE, HOME, INFORMATION } from './callbacks.ts';
export { contactLabel } from './copy-profile.ts';
export { usersHandlers } from './handlers.ts';
export { withCountry } from './schema.ts';
export { createUsers, type NotifyAdmins, type Users } from './service.ts';
export { type Contact, lockCustomer } from './sql.ts';
