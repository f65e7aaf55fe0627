export { CONFIGURATION_DESK } from './callbacks.ts';
export { configurationDeskHandlers } from './handlers.ts';
