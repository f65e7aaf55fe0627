import { defineCallbacks } from '../../bot/callbacks.ts';

/**
 * `category` 0 is all of them. A product's screen carries the page and category of the list that it was opened from, so
 * that the way back leads there.
 */
export const catalogCallbacks = defineCallbacks('cat', {
  list: ['page', 'category'],
  stock: ['page'],
  product: ['product', 'quantity', 'page', 'category'],
});

/** The room `cart` reads this one. */
export const addToCart = (productId: number, quantity: number): string => `cart:add:${productId}:${quantity}`;
