export { ADMIN_MENU, adminHandlers, type Door } from './handlers.ts';
