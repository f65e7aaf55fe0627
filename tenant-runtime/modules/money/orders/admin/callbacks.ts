import { defineStaffCallbacks } from '../../../../bot/callbacks.ts';

/** `filter` is a place in FILTERS. */
export const adminCallbacks = defineStaffCallbacks('ord', {
  list: ['filter', 'page'],
  search: [],
  status: [],
  open: ['orderId'],
  /** The same, below the message of the button: what that one shows stays. */
  below: ['orderId'],
  paid: ['orderId'],
  cancel: ['orderId'],
  cancelled: ['orderId'],
  refund: ['orderId'],
  resend: ['orderId'],
});

/** Buttons inside this module's forms: the pages of what was found, and the steps of a refund. */
export const formCallbacks = defineStaffCallbacks('wz:ord', {
  found: ['page'],
  whole: [],
  refunded: [],
  marked: ['orderId'],
  cancelled: ['orderId'],
});

/** Forms of this module, as they are named in the database. */
export const WIZARD = {
  paid: 'order.mark_paid',
  search: 'order.search',
  status: 'order.status',
  refund: 'order.refund',
} as const;

/** What a button that opens this order here carries. */
export const orderButton = (orderId: number): string => adminCallbacks.pack('open', orderId);

/** The same for a button below something that must stay, such as a receipt. */
export const orderBelowButton = (orderId: number): string => adminCallbacks.pack('below', orderId);

/** The button that leads here from the admin menu. */
export const ORDER_ADMIN = { text: '📦 Kelola Order', data: adminCallbacks.pack('list', 0, 0) } as const;
