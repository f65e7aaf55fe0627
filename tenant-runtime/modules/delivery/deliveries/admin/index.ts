export { DELIVERY_DESK } from './callbacks.ts';
export { deliveryDeskHandlers } from './handlers.ts';
