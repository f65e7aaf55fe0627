import { defineCallbacks } from '../../bot/callbacks.ts';

/** `filter` is a place in FILTERS. */
export const deskCallbacks = defineCallbacks('ord', { list: ['filter', 'page'], open: ['orderId'], paid: ['orderId'] });
