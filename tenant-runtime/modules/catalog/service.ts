import type { Queryable, Tx } from '../../../kernel/db.ts';
import type { Role } from '../../bot/context.ts';
import type { Audit } from '../audit/index.ts';
import {
  archiveProduct,
  type Category,
  codeTaken,
  deleteProduct,
  findActiveAt,
  findActiveByCode,
  findProduct,
  hasOrders,
  insertProduct,
  type ListedProduct,
  listActive,
  listCategories,
  listKept,
  lockFields,
  lockForRemoval,
  type Product,
  type ProductDraft,
  type ProductFields,
  type StaffListed,
  writeFields,
} from './sql.ts';

/** One page of a list. `page` counts from 0 and is the page that is shown, which may not be the one that was asked for. */
export type Page<T> = { items: T[]; page: number; pages: number };

export type Actor = { id: number; role: Role };

export const PAGE_SIZE = 5;
/** Stock lines are short: more of them make a page. */
export const STOCK_PAGE_SIZE = 20;
/** Buttons of categories below the welcome; a keyboard holds 100 at most. */
const MAX_CATEGORIES = 40;

export type Catalog = {
  /** Products on sale by number, five a page, or twenty lines of stock. */
  page(on: Queryable, of: { page: number; categoryId?: number; size?: number }): Promise<Page<ListedProduct>>;
  /** A product that is on sale. */
  onSale(on: Queryable, id: number): Promise<Product | undefined>;
  /** The product on sale that the list shows under this number. */
  atPosition(on: Queryable, position: number): Promise<Product | undefined>;
  byCode(on: Queryable, code: string): Promise<Product | undefined>;
  categories(on: Queryable): Promise<Category[]>;

  /** Everything that is not archived, for admins. */
  staffPage(on: Queryable, page: number): Promise<Page<StaffListed>>;
  /** A product that is not archived. */
  find(on: Queryable, id: number): Promise<Product | undefined>;
  codeTaken(on: Queryable, code: string): Promise<boolean>;
  create(
    tx: Tx,
    actor: Actor,
    draft: ProductDraft,
  ): Promise<{ kind: 'created'; productId: number } | { kind: 'code_taken' }>;
  change(
    tx: Tx,
    actor: Actor,
    productId: number,
    fields: Partial<ProductFields>,
  ): Promise<'changed' | 'unchanged' | 'gone'>;
  /** A product that was ever ordered is archived: what customers bought stays theirs. */
  remove(tx: Tx, actor: Actor, productId: number): Promise<'deleted' | 'archived' | 'gone'>;
};

export function createCatalog(deps: { audit: Audit }): Catalog {
  const { audit } = deps;
  return {
    page(on, { page, categoryId, size = PAGE_SIZE }) {
      return paged(page, size, (window) => listActive(on, { categoryId, ...window }));
    },
    async onSale(on, id) {
      const product = await findProduct(on, id);
      return product?.status === 'active' ? product : undefined;
    },
    atPosition: findActiveAt,
    byCode: findActiveByCode,
    categories: (on) => listCategories(on, MAX_CATEGORIES),

    staffPage(on, page) {
      return paged(page, PAGE_SIZE, (window) => listKept(on, window));
    },
    find: findProduct,
    codeTaken,
    async create(tx, actor, draft) {
      const productId = await insertProduct(tx, draft);
      if (productId === undefined) return { kind: 'code_taken' };
      await audit.record(tx, { actor, action: 'product.created', target: `product:${productId}`, after: draft });
      return { kind: 'created', productId };
    },
    async change(tx, actor, productId, fields) {
      const before = await lockFields(tx, productId);
      if (!before) return 'gone';
      const changed = (Object.keys(fields) as (keyof ProductFields)[]).filter((key) => fields[key] !== before[key]);
      if (changed.length === 0) return 'unchanged';
      await writeFields(tx, productId, { ...before, ...fields });
      await audit.record(tx, {
        actor,
        action: 'product.changed',
        target: `product:${productId}`,
        before: pick(before, changed),
        after: pick(fields, changed),
      });
      return 'changed';
    },
    async remove(tx, actor, productId) {
      const before = await lockForRemoval(tx, productId);
      if (!before) return 'gone';
      const outcome = (await hasOrders(tx, productId)) ? 'archived' : 'deleted';
      await (outcome === 'archived' ? archiveProduct : deleteProduct)(tx, productId);
      await audit.record(tx, { actor, action: `product.${outcome}`, target: `product:${productId}`, before });
      return outcome;
    },
  };
}

/** Reads a page of a list whose rows carry the total; a page beyond the end becomes the last one. */
async function paged<T extends { total: number }>(
  asked: number,
  size: number,
  read: (window: { limit: number; offset: number }) => Promise<T[]>,
): Promise<Page<T>> {
  const page = Math.max(0, asked);
  const items = await read({ limit: size, offset: page * size });
  const total = items[0]?.total;
  if (total !== undefined) return { items, page, pages: Math.ceil(total / size) };
  if (page === 0) return { items, page, pages: 1 };
  const [first] = await read({ limit: 1, offset: 0 });
  const pages = Math.max(1, Math.ceil((first?.total ?? 0) / size));
  return { items: await read({ limit: size, offset: (pages - 1) * size }), page: pages - 1, pages };
}

function pick<T extends object>(from: T, keys: readonly (keyof T)[]): Partial<T> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Partial<T>;
}
