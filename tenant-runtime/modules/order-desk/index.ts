export { ORDER_DESK } from './callbacks.ts';
export { orderDeskHandlers } from './handlers.ts';
