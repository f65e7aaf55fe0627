export { DEPOSIT_ADMIN } from './callbacks.ts';
export { reviewKeyboard } from './copy.ts';
export { depositAdminHandlers } from './handlers.ts';
