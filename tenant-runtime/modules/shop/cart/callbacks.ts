import { defineCallbacks } from '../../../bot/callbacks.ts';

export const cartCallbacks = defineCallbacks('cart', {
  add: ['productId', 'quantity'],
  view: [],
  /** Leafs through the lines that can be changed. */
  page: ['page'],
  step: ['productId', 'by', 'page'],
  drop: ['productId', 'page'],
  clear: [],
  coupon: [],
  uncoupon: [],
});
