import { defineStaffCallbacks } from '../../../../bot/callbacks.ts';

/** `filter` is a place in FILTERS. `product` and `order` are 0 where the proofs of all of them are meant. */
export const adminCallbacks = defineStaffCallbacks('snkd', {
  list: ['filter', 'page'],
  product: ['product'],
  form: [],
  edit: ['product'],
  delete: ['product'],
  // Carries when the product was last changed: terms that the admin has not seen stay.
  deleted: ['product', 'changedAt'],
  proofs: ['product', 'order', 'page'],
  proof: ['proof', 'product', 'order', 'page'],
  search: [],
});

/** Wizards of this module, as they are named in the database. */
export const WIZARD = {
  form: 'terms-desk.form',
  edit: 'terms-desk.edit',
  search: 'terms-desk.search',
} as const;

/** The button that leads here from the admin menu. */
export const TERMS_ADMIN = { text: '📜 Kelola SNK Produk', data: adminCallbacks.pack('list', 0, 0) } as const;
