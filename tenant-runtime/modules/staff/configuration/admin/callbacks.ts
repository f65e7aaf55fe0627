import { defineStaffCallbacks } from '../../../../bot/callbacks.ts';

export const deskCallbacks = defineStaffCallbacks('cfg', {
  list: ['page'],
  make: [],
  open: ['snapshot'],
  file: ['snapshot'],
  restore: ['snapshot'],
  restored: ['snapshot'],
});

/** The button that leads here from the admin menu. */
export const CONFIGURATION_DESK = { text: '💾 Backup Konfigurasi', data: deskCallbacks.pack('list', 0) } as const;
