import { defineStaffCallbacks } from '../../../../bot/callbacks.ts';
import { MENU } from '../../../../bot/menu.ts';

/** `filter` is a place in FILTERS. */
export const adminCallbacks = defineStaffCallbacks('dpd', {
  list: ['filter', 'page'],
  open: ['depositId'],
  accept: ['depositId'],
  refuse: ['depositId'],
});

/** The buttons inside the form of a confirmation. */
export const formCallbacks = defineStaffCallbacks('wz:dpd', { accept: ['depositId'], refuse: ['depositId'] });

/** The button that leads here from the admin menu. */
export const DEPOSIT_ADMIN = { text: MENU.deposit, data: adminCallbacks.pack('list', 0, 0) } as const;
