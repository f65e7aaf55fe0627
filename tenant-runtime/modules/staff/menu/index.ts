export { ADMIN_MENU } from './callbacks.ts';
export { adminHandlers, type Door } from './handlers.ts';
