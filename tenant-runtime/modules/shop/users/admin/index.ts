export { USER_ADMIN, userButton } from './callbacks.ts';
export { userAdminHandlers } from './handlers.ts';
export { createUserAdmin } from './service.ts';
