import { defineStaffCallbacks } from '../../../../bot/callbacks.ts';

export const deskCallbacks = defineStaffCallbacks('vch', {
  list: ['page'],
  open: ['voucherId'],
  add: [],
  // What the button promised: pressed twice, it switches once.
  on: ['voucherId'],
  off: ['voucherId'],
});

export const WIZARD = 'voucher-desk.add';

/** The button that leads here from the admin menu. */
export const VOUCHER_DESK = { text: '🎟️ Kelola Voucher', data: deskCallbacks.pack('list', 0) } as const;
