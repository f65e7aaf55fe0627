import { defineCallbacks } from '../../../bot/callbacks.ts';

/** Buttons that begin with `pay:` are never held back by anti-spam. */
export const payCallbacks = defineCallbacks('pay', {
  choose: [],
  accounts: [],
  /** A method by its position among those of the gateway. */
  via: ['position', 'total'],
  /** So much of the total from the balance, the rest by a method. */
  mixed: ['position', 'total', 'part'],
  /** Below screens that older versions sent: they say no total. */
  qris: [],
  /** The total that the button was shown with: another one must be agreed to first. */
  balance: ['total'],
  /** Sends an open invoice once more. */
  show: ['orderId'],
  status: ['orderId'],
  cancel: ['orderId'],
});
