import { defineStaffCallbacks } from '../../bot/callbacks.ts';

/** `filter` is a place in FILTERS. */
export const deskCallbacks = defineStaffCallbacks('ord', {
  list: ['filter', 'page'],
  search: [],
  status: [],
  open: ['orderId'],
  paid: ['orderId'],
  cancel: ['orderId'],
  cancelled: ['orderId'],
  refund: ['orderId'],
  resend: ['orderId'],
});

/** Buttons inside this room's forms: the pages of what was found, and the steps of a refund. */
export const formCallbacks = defineStaffCallbacks('wz:ord', {
  found: ['page'],
  whole: [],
  refunded: [],
  marked: ['orderId'],
  cancelled: ['orderId'],
});

/** Forms of this room, as they are named in the database. */
export const WIZARD = {
  paid: 'order.mark_paid',
  search: 'order.search',
  status: 'order.status',
  refund: 'order.refund',
} as const;

/** What a button that opens this order here carries. */
export const orderButton = (orderId: number): string => deskCallbacks.pack('open', orderId);

/** The button that leads here from the admin menu. */
export const ORDER_DESK = { text: '📦 Kelola Order', data: deskCallbacks.pack('list', 0, 0) } as const;
