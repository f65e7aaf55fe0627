export { HOME } from './callbacks.ts';
export { type UsersHandlersDeps, usersHandlers } from './handlers.ts';
export { createUsers, type NotifyAdmins, type Users } from './service.ts';
