export { deskCallbacks } from './callbacks.ts';
export { orderDeskHandlers } from './handlers.ts';
