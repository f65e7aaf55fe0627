import { defineCallbacks } from '../../../bot/callbacks.ts';
import { MENU } from '../../../bot/menu.ts';

export const depositCallbacks = defineCallbacks('dep', {
  menu: [],
  /** A method by its position among those of the gateway. */
  via: ['position'],
  accounts: [],
  pay: ['position', 'rupiah'],
  manual: [],
  report: [],
  history: ['page'],
});

/** Below an invoice. Buttons that begin with `pay:` are never held back by anti-spam. */
export const invoiceCallbacks = defineCallbacks('pay:dep', { status: ['depositId'], cancel: ['depositId'] });

/** The button that leads here from other screens. */
export const DEPOSIT = { text: MENU.deposit, data: depositCallbacks.pack('menu') } as const;
