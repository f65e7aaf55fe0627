export { TERMS_DESK } from './callbacks.ts';
export { termsDeskHandlers } from './handlers.ts';
