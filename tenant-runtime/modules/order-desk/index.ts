export { deskCallbacks } from './callbacks.ts';
export { orderDeskHandlers } from './handlers.ts';
export { createOrderDesk, type MarkPaid, type OrderDesk } from './service.ts';
