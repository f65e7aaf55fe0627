import { defineStaffCallbacks } from '../../../../bot/callbacks.ts';

export const adminCallbacks = defineStaffCallbacks('dlv', { menu: [], hide: ['on'] });

/** The button that leads here from the admin menu. */
export const DELIVERY_ADMIN = { text: '🙈 Sensor Barang', data: adminCallbacks.pack('menu') } as const;
