import { defineCallbacks } from '../../bot/callbacks.ts';

/** Buttons that begin with `pay:` are never held back by anti-spam. */
export const payCallbacks = defineCallbacks('pay', { choose: [], qris: [], status: ['orderId'], cancel: ['orderId'] });
