export { ORDER_ADMIN, orderBelowButton, orderButton } from './callbacks.ts';
export { orderAdminHandlers } from './handlers.ts';
