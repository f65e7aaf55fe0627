import { defineStaffCallbacks } from '../../../../../bot/callbacks.ts';

/** Fields of a product that can be edited, by the number that stands for them in callback data. */
export const EDITABLE = ['name', 'price', 'description'] as const;
export type Editable = (typeof EDITABLE)[number];

export const adminCallbacks = defineStaffCallbacks('prd', {
  list: ['page'],
  add: [],
  product: ['product'],
  edit: ['product', 'field'],
  categories: ['product', 'page'],
  // `category` 0 is none.
  categorise: ['product', 'category'],
  photo: ['product'],
  activate: ['product'],
  deactivate: ['product'],
  delete: ['product'],
  deleted: ['product'],
  restock: ['product'],
  units: ['product', 'page'],
  unit: ['unit', 'page'],
  drop: ['unit', 'page'],
  dropped: ['unit', 'page'],
  content: ['product'],
  replace: ['product'],
  tiers: ['product'],
  limit: ['product'],
  clear: ['product'],
  // Carries the newest unit that the admin saw: what was added since stays.
  cleared: ['product', 'upTo'],
});

/** Buttons inside a wizard. Each names its product, so that one of an older form does nothing. */
export const wizardCallbacks = defineStaffCallbacks('wz:prd', {
  nothing: [],
  endless: [],
  single: [],
  terms: ['product'],
  skip: ['product'],
  unphoto: ['product'],
  // A price that was not typed in digits.
  price: ['amount'],
  // Several lines without `#massal`: one unit, or each a unit.
  whole: ['message'],
  each: ['message'],
});

/** Wizards of this module, as they are named in the database. */
export const WIZARD = {
  add: 'product.add',
  edit: 'product.edit',
  restock: 'stock.add',
  terms: 'product.terms',
  photo: 'product.photo',
  content: 'product.content',
  tiers: 'product.tiers',
  limit: 'product.limit',
} as const;

/** The button that leads here from the admin menu. */
export const PRODUCT_ADMIN = { text: '🛒 Kelola Produk', data: adminCallbacks.pack('list', 0) } as const;
