import type { Tx } from '../../../../kernel/db.ts';
import type {
  ConfigurationSection,
  Difference,
  Item,
  RefusalReason,
  Restored,
} from '../../staff/configuration/index.ts';
import { type CategoryItem, CategorySchema, type ProductItem, ProductSchema } from './item.ts';
import { putCategory, putProduct, readCategories, readProducts } from './sql-configuration.ts';

/** Categories in a snapshot. They come before the products, which belong to them. */
export const categoriesSection: ConfigurationSection<CategoryItem> = {
  name: 'categories',
  label: '🗂 Kategori',
  item: CategorySchema,
  read: readCategories,
  restore: (tx, difference) => putAll(tx, difference, putCategory, 'name_taken'),
};

/** Products in a snapshot: what admins set about them, terms and all, never their stock or what was sold. */
export function productsSection(deps: {
  /** Called in the transaction that may have put these products on sale again. */
  onActivated(tx: Tx, productIds: readonly number[]): Promise<void>;
}): ConfigurationSection<ProductItem> {
  return {
    name: 'products',
    label: '🛒 Produk',
    item: ProductSchema,
    read: readProducts,
    async restore(tx, difference) {
      const restored = await putAll(tx, difference, putProduct, 'code_taken');
      const active = [...difference.changed.map(({ kept }) => kept), ...difference.missing]
        .filter((item) => item.status === 'active')
        .map((item) => item.id);
      if (active.length > 0) await deps.onActivated(tx, active);
      return restored;
    },
  };
}

/** Writes what changed or is missing, by id. An item whose name or code somebody else has now stays as it is. */
async function putAll<I extends Item & { id: number }>(
  tx: Tx,
  { changed, missing }: Difference<I>,
  put: (tx: Tx, item: I) => Promise<boolean>,
  reason: RefusalReason,
): Promise<Restored> {
  const restored: string[] = [];
  let waiting = [...changed.map(({ kept }) => kept), ...missing].sort((a, b) => a.id - b.id);
  // One may free what another waits for: again, as long as that helps.
  for (let before = waiting.length + 1; waiting.length < before; ) {
    before = waiting.length;
    const refused: I[] = [];
    for (const item of waiting) {
      if (await put(tx, item)) restored.push(item.name);
      else refused.push(item);
    }
    waiting = refused;
  }
  return { restored, refused: waiting.map(({ name }) => ({ name, reason })) };
}
