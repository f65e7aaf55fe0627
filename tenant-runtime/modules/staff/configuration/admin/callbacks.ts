import { defineStaffCallbacks } from '../../../../bot/callbacks.ts';

export const adminCallbacks = defineStaffCallbacks('cfg', {
  list: ['page'],
  make: [],
  open: ['snapshot'],
  file: ['snapshot'],
  restore: ['snapshot'],
  restored: ['snapshot'],
});

/** The button that leads here from the admin menu. */
export const CONFIGURATION_ADMIN = { text: '💾 Backup Konfigurasi', data: adminCallbacks.pack('list', 0) } as const;
