export { HISTORY } from './callbacks.ts';
export { historyHandlers } from './handlers.ts';
