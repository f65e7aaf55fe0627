import { defineCallbacks } from '../../bot/callbacks.ts';

export const cartCallbacks = defineCallbacks('cart', {
  add: ['productId', 'quantity'],
  view: [],
  clear: [],
  coupon: [],
  uncoupon: [],
});
