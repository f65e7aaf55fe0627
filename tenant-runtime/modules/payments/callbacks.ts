import { defineCallbacks } from '../../bot/callbacks.ts';

/** Buttons that begin with `pay:` are never held back by anti-spam. */
export const payCallbacks = defineCallbacks('pay', {
  choose: [],
  /** A method by its position among those of the gateway. */
  via: ['position'],
  accounts: [],
  /** The total that the button was shown with: another one must be agreed to first. */
  balance: ['total'],
  status: ['orderId'],
  cancel: ['orderId'],
});
