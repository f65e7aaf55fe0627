export { HISTORY } from './callbacks.ts';
export { historyHandlers } from './handlers.ts';
export { ordersOf, type PastOrder } from './sql.ts';
