export { type AdminHandlersDeps, adminHandlers } from './handlers.ts';
