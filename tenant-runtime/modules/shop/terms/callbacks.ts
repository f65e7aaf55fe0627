import { defineCallbacks } from '../../../bot/callbacks.ts';

/** Both are pressed below messages that stay in the chat for good: who presses, and for what, is checked each time. */
export const termsCallbacks = defineCallbacks('snk', {
  fulfil: ['order', 'product'],
  replace: ['order', 'product'],
});

/** The wizard that asks for a proof, as it is named in the database. */
export const PROOF_WIZARD = 'terms.proof';
