export { USER_DESK } from './callbacks.ts';
export { userDeskHandlers } from './handlers.ts';
export { createUserDesk, type UserDesk } from './service.ts';
