export { ORDER_DESK, orderButton } from './callbacks.ts';
export { orderDeskHandlers } from './handlers.ts';
