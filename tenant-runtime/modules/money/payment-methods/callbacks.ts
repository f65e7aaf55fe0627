import { defineStaffCallbacks } from '../../../bot/callbacks.ts';

/** A method is named by its position among those of the gateway. */
export const methodCallbacks = defineStaffCallbacks('mtd', { open: [], toggle: ['position'] });

/** The button that leads here from the admin menu. */
export const PAYMENT_METHODS = { text: '💳 Metode Pembayaran', data: methodCallbacks.pack('open') } as const;
