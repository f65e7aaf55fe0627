export { cartCallbacks } from './callbacks.ts';
export { CHECKOUT_BUTTON, cartHandlers } from './handlers.ts';
export { type Cart, type CartView, createCart } from './service.ts';
