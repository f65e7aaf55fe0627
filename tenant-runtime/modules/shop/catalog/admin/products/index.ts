export { PRODUCT_DESK } from './callbacks.ts';
export { type ProductDeskDeps, productDeskHandlers } from './handlers.ts';
