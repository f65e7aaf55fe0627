export { ADMIN_MENU, type AdminButton, adminHandlers } from './handlers.ts';
