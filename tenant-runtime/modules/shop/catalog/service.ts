import { isDeepStrictEqual } from 'node:util';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Actor } from '../../../bot/context.ts';
import { type Page, paged } from '../../../bot/paging.ts';
import type { Configuration } from '../../staff/configuration/index.ts';
import { summaryOf } from './copy.ts';
import type { Words } from './search.ts';
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
import { categoryExists } from './sql-categories.ts';
import { searchActive } from './sql-search.ts';

export const PAGE_SIZE = 5;
/** Stock lines are short: more of them make a page. */
export const STOCK_PAGE_SIZE = 20;
/** Buttons of categories on one screen; a keyboard holds 100 at most, and a thumb fewer. */
const CATEGORIES_PAGE = 20;

export type ProductChange = 'changed' | 'unchanged' | 'gone' | 'category_gone';
export type Creation = { kind: 'created'; productId: number } | { kind: 'code_taken' };

export type Catalog = {
  /** Products on sale by number, five a page, or twenty lines of stock. */
  page(on: Queryable, of: { page: number; categoryId?: number; size?: number }): Promise<Page<ListedProduct>>;
  /** Products on sale whose name or description holds every one of the words, five a page. */
  search(on: Queryable, of: { page: number; words: Words }): Promise<Page<ListedProduct>>;
  /** A product that is on sale. */
  onSale(on: Queryable, id: number): Promise<Product | undefined>;
  /** The product on sale that the list shows under this number. */
  atPosition(on: Queryable, position: number): Promise<Product | undefined>;
  byCode(on: Queryable, code: string): Promise<Product | undefined>;
  /** Active categories that have something on sale, twenty a page. */
  categories(on: Queryable, page: number): Promise<Page<Category>>;

  /** Everything that is not archived, for admins. */
  staffPage(on: Queryable, page: number): Promise<Page<StaffListed>>;
  /** A product that is not archived. */
  find(on: Queryable, id: number): Promise<Product | undefined>;
  codeTaken(on: Queryable, code: string): Promise<boolean>;
  create(tx: Tx, actor: Actor, draft: ProductDraft): Promise<Creation>;
  change(tx: Tx, actor: Actor, productId: number, fields: Partial<ProductFields>): Promise<ProductChange>;
  /** A product that was ever ordered is archived: what customers bought stays theirs. */
  remove(tx: Tx, actor: Actor, productId: number): Promise<'deleted' | 'archived' | 'gone'>;
};

export function createCatalog(deps: {
  configuration: Configuration;
  /** Called in the transaction that puts products on sale again. */
  onActivated(tx: Tx, productIds: readonly number[]): Promise<void>;
}): Catalog {
  const { configuration } = deps;
  return {
    page(on, { page, categoryId, size = PAGE_SIZE }) {
      return paged(page, size, (window) => listActive(on, { categoryId, ...window }));
    },
    search(on, { page, words }) {
      return paged(page, PAGE_SIZE, (window) => searchActive(on, { words, ...window }));
    },
    async onSale(on, id) {
      const product = await findProduct(on, id);
      return product?.status === 'active' ? product : undefined;
    },
    atPosition: findActiveAt,
    byCode: findActiveByCode,
    categories: (on, page) => paged(page, CATEGORIES_PAGE, (window) => listCategories(on, window)),

    staffPage(on, page) {
      return paged(page, PAGE_SIZE, (window) => listKept(on, window));
    },
    find: findProduct,
    codeTaken,
    create: (tx, actor, draft) =>
      configuration.change<Creation>(tx, actor, async () => {
        const productId = await insertProduct(tx, draft);
        if (productId === undefined) return { outcome: { kind: 'code_taken' } };
        return {
          outcome: { kind: 'created', productId },
          changed: {
            action: 'product.created',
            target: `product:${productId}`,
            after: draft,
            summary: summaryOf('created', draft.name),
          },
        };
      }),
    change: (tx, actor, productId, fields) =>
      configuration.change<ProductChange>(tx, actor, async () => {
        if (fields.categoryId && !(await categoryExists(tx, fields.categoryId))) return { outcome: 'category_gone' };
        const before = await lockFields(tx, productId);
        if (!before) return { outcome: 'gone' };
        const changed = (Object.keys(fields) as (keyof ProductFields)[]).filter(
          (key) => !isDeepStrictEqual(fields[key], before[key]),
        );
        if (changed.length === 0) return { outcome: 'unchanged' };
        await writeFields(tx, productId, { ...before, ...fields });
        if (changed.includes('status') && fields.status === 'active') await deps.onActivated(tx, [productId]);
        return {
          outcome: 'changed',
          changed: {
            action: 'product.changed',
            target: `product:${productId}`,
            before: pick(before, changed),
            after: pick(fields, changed),
            summary: summaryOf('changed', before.name, changed),
          },
        };
      }),
    remove: (tx, actor, productId) =>
      configuration.change<'deleted' | 'archived' | 'gone'>(tx, actor, async () => {
        const before = await lockForRemoval(tx, productId);
        if (!before) return { outcome: 'gone' };
        const outcome = (await hasOrders(tx, productId)) ? 'archived' : 'deleted';
        await (outcome === 'archived' ? archiveProduct : deleteProduct)(tx, productId);
        const summary = summaryOf(outcome, before.name);
        return {
          outcome,
          changed: { action: `product.${outcome}`, target: `product:${productId}`, before, summary },
        };
      }),
  };
}

function pick<T extends object>(from: T, keys: readonly (keyof T)[]): Partial<T> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Partial<T>;
}
