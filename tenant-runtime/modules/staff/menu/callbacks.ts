import { defineStaffCallbacks } from '../../../bot/callbacks.ts';

export const adminCallbacks = defineStaffCallbacks('adm', { menu: [] });

/** The button that leads from any desk back to the admin menu. */
export const ADMIN_MENU = { text: '⬅️ Kembali ke Menu Admin', data: adminCallbacks.pack('menu') } as const;
