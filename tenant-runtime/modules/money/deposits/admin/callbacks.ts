import { defineStaffCallbacks } from '../../../../bot/callbacks.ts';
import { MENU } from '../../../../bot/menu.ts';

/** `filter` is a place in FILTERS. */
export const deskCallbacks = defineStaffCallbacks('dpd', {
  list: ['filter', 'page'],
  open: ['depositId'],
  accept: ['depositId'],
  refuse: ['depositId'],
});

/** The buttons inside the form of a confirmation. */
export const formCallbacks = defineStaffCallbacks('wz:dpd', { accept: ['depositId'], refuse: ['depositId'] });

/** The button that leads here from the admin menu. */
export const DEPOSIT_DESK = { text: MENU.deposit, data: deskCallbacks.pack('list', 0, 0) } as const;
