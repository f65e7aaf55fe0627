import { defineStaffCallbacks } from '../../bot/callbacks.ts';

/** `filter` is a place in FILTERS. */
export const deskCallbacks = defineStaffCallbacks('ord', {
  list: ['filter', 'page'],
  open: ['orderId'],
  paid: ['orderId'],
});

/** What a button that opens this order here carries. */
export const orderButton = (orderId: number): string => deskCallbacks.pack('open', orderId);

/** The button that leads here from the admin menu. */
export const ORDER_DESK = { text: '📦 Kelola Order', data: deskCallbacks.pack('list', 0, 0) } as const;
