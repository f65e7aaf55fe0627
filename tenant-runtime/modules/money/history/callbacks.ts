import { defineCallbacks } from '../../../bot/callbacks.ts';

/** `page` is the page of the list that an order was opened from. */
export const historyCallbacks = defineCallbacks('his', {
  list: ['page'],
  open: ['orderId', 'page'],
  again: ['orderId'],
});

/** The button that leads here from a person's own information. */
export const HISTORY = { text: '🧾 Riwayat Transaksi', data: historyCallbacks.pack('list', 0) } as const;
