import { defineStaffCallbacks } from '../../../../../bot/callbacks.ts';

export const adminCallbacks = defineStaffCallbacks('ctg', {
  list: ['page'],
  category: ['category'],
  add: [],
  rename: ['category'],
  up: ['category'],
  down: ['category'],
  activate: ['category'],
  deactivate: ['category'],
  delete: ['category'],
  deleted: ['category'],
  products: ['category', 'page'],
  put: ['category', 'product', 'page'],
  take: ['category', 'product', 'page'],
});

/** Wizards of this module, as they are named in the database. */
export const WIZARD = { add: 'category.add', rename: 'category.rename' } as const;

/** The button that leads here from the admin menu. */
export const CATEGORY_ADMIN = { text: '🗂 Kategori', data: adminCallbacks.pack('list', 0) } as const;
