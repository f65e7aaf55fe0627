export { USER_DESK, userButton } from './callbacks.ts';
export { userDeskHandlers } from './handlers.ts';
export { createUserDesk, type UserDesk } from './service.ts';
