export { fallen, sums } from './copy.ts';
export { cartCallbacks, cartHandlers } from './handlers.ts';
export { type Cart, type CartView, createCart } from './service.ts';
export type { CartLine } from './sql.ts';
