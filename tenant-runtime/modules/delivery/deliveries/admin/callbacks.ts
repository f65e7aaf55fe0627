import { defineStaffCallbacks } from '../../../../bot/callbacks.ts';

export const deskCallbacks = defineStaffCallbacks('dlv', { menu: [], hide: ['on'] });

/** The button that leads here from the admin menu. */
export const DELIVERY_DESK = { text: '🙈 Sensor Barang', data: deskCallbacks.pack('menu') } as const;
