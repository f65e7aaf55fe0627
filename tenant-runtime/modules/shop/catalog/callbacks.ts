import { defineCallbacks } from '../../../bot/callbacks.ts';

/**
 * `category` 0 is all of them, and a negative one is a search. A product's screen carries the page and category of the list that it was opened from, so
 * that the way back leads there.
 */
export const catalogCallbacks = defineCallbacks('cat', {
  list: ['page', 'category'],
  categories: ['page'],
  search: [],
  stock: ['page'],
  product: ['product', 'quantity', 'page', 'category'],
  /** `by` more, or fewer, than now; `shown` is how many the screen with this button says. */
  step: ['product', 'by', 'shown', 'page', 'category'],
});

/** The module `restock-watch` answers these. */
export const watchCallbacks = defineCallbacks('rsw', {
  ask: ['product', 'page', 'category'],
  cancel: ['product', 'page', 'category'],
});

/** The module `cart` reads this one. */
export const addToCart = (productId: number, quantity: number): string => `cart:add:${productId}:${quantity}`;

/** The module `payments` reads this one. */
export const showInvoice = (orderId: number): string => `pay:show:${orderId}`;
