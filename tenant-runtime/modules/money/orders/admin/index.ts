export { ORDER_DESK, orderBelowButton, orderButton } from './callbacks.ts';
export { orderDeskHandlers } from './handlers.ts';
