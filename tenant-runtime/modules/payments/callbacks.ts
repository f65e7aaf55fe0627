import { defineCallbacks } from '../../bot/callbacks.ts';

/** Buttons that begin with `pay:` are never held back by anti-spam. */
export const payCallbacks = defineCallbacks('pay', {
  choose: [],
  /** Below screens that older versions sent: they say no total. */
  qris: [],
  by_qris: ['total'],
  /** So much of the total from the balance, the rest by QRIS. */
  mixed: ['total', 'part'],
  /** The total that the button was shown with: another one must be agreed to first. */
  balance: ['total'],
  /** Sends an open invoice once more. */
  show: ['orderId'],
  status: ['orderId'],
  cancel: ['orderId'],
});
