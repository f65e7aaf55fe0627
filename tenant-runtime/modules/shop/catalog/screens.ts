import { InlineKeyboard } from 'grammy';
import type { Tx } from '../../../../kernel/db.ts';
import type { StoreContext } from '../../../bot/context.ts';
import { clip } from '../../../bot/html.ts';
import { type Page, turnPages } from '../../../bot/paging.ts';
import { send, type View } from '../../../bot/view.ts';
import { HOME } from '../users/index.ts';
import { addToCart, catalogCallbacks as callbacks, showInvoice, watchCallbacks } from './callbacks.ts';
import {
  buttons,
  categoryList,
  productGone,
  productList,
  productView,
  type Standing,
  stockList,
  toasts,
} from './copy.ts';
import type { LastScreens } from './last-screen.ts';
import { type Catalog, STOCK_PAGE_SIZE } from './service.ts';
import type { Category, ListedProduct, Product } from './sql.ts';
import { leftFor } from './sql-limits.ts';

/** Where a product was opened from: a page of all products (0), of a category, or of the results of a search (negative). */
export type Origin = { page: number; category: number };
export const FROM_START: Origin = { page: 0, category: 0 };

export async function listScreen(tx: Tx, catalog: Catalog, origin: Origin): Promise<View> {
  const { category } = origin;
  const list = await catalog.page(tx, { page: origin.page, ...(category > 0 ? { categoryId: category } : {}) });
  const keyboard = pageKeyboard(list, category);
  if (category > 0) keyboard.row().text(buttons.all, callbacks.pack('list', 0, 0));
  keyboard.row().text(HOME.text, HOME.data);
  const title = category > 0 ? (list.items[0]?.category ?? undefined) : undefined;
  return { text: productList(list, title), keyboard };
}

/** The numbers of the products on a page, and its arrows. */
export function pageKeyboard(list: Page<ListedProduct>, category: number): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  for (const item of list.items) {
    keyboard.text(String(item.position), callbacks.pack('product', item.id, 1, list.page, category));
  }
  keyboard.row();
  return turnPages(keyboard, list, (page) => callbacks.pack('list', page, category));
}

export async function stockScreen(tx: Tx, catalog: Catalog, page: number): Promise<View> {
  const list = await catalog.page(tx, { page, size: STOCK_PAGE_SIZE });
  const keyboard = new InlineKeyboard();
  turnPages(keyboard, list, (to) => callbacks.pack('stock', to));
  keyboard
    .row()
    .text(buttons.all, callbacks.pack('list', 0, 0))
    .row()
    .text(HOME.text, HOME.data);
  return { text: stockList(list), keyboard };
}

/** Says whether a customer waits to hear that a product is there again. */
export type Watching = (tx: Tx, userId: number, productId: number) => Promise<boolean>;

/** The open invoice of a customer that holds what they find sold out. */
export type Held = { id: number; ref: string; quantity: number };
export type Holding = (on: Tx, userId: number, productId: number) => Promise<Held | undefined>;

/** What the screen of one product needs besides the product. */
export type ProductScreenDeps = {
  watching: Watching;
  holding: Holding;
  lastScreens: Pick<LastScreens, 'before' | 'set'>;
};

/**
 * A product for the person who opens it, as the last screen that they see, with as many as can be had of those that they
 * want; says why, if those are fewer.
 */
export async function openedScreen(
  ctx: StoreContext,
  deps: ProductScreenDeps,
  product: Product,
  wanted: number,
  origin: Origin,
): Promise<View> {
  const { tx, user } = ctx;
  const left = await leftFor(tx, user.id, product.id);
  const { quantity, toast } = clampQuantity(wanted, product, left);
  if (toast && ctx.callbackQuery) ctx.toast(toast);
  if (product.available > 0) {
    await deps.lastScreens.set(ctx, product, quantity, origin);
    return productScreen(product, quantity, origin, { left });
  }
  const [watching, held] = [await deps.watching(tx, user.id, product.id), await deps.holding(tx, user.id, product.id)];
  return productScreen(product, quantity, origin, { watching, held, left });
}

/** A product that can be bought, or that is sold out; the quantity is one that can be had. */
export function productScreen(
  product: Product,
  quantity: number,
  origin: Origin,
  { watching = false, held, left = null }: Omit<Standing, 'held'> & { held?: Held | undefined } = {},
): View {
  const photo = product.photo ? { photo: product.photo } : {};
  const back = callbacks.pack('list', origin.page, origin.category);
  const keyboard = new InlineKeyboard();
  if (left === 0 && !held) keyboard.text(buttons.back, back);
  else if (product.available === 0) {
    const watch = watchCallbacks.pack(watching ? 'cancel' : 'ask', product.id, origin.page, origin.category);
    if (held) keyboard.text(buttons.invoice, showInvoice(held.id)).success().row();
    keyboard
      .text(watching ? buttons.unwatch : buttons.watch, watch)
      .row()
      .text(buttons.back, back);
  } else {
    const step = (label: string, by: number) =>
      keyboard.text(label, callbacks.pack('step', product.id, by, quantity, origin.page, origin.category));
    const choose = (label: string, to: number) =>
      keyboard.text(label, callbacks.pack('product', product.id, to, origin.page, origin.category));
    if (product.kind !== 'endless') {
      step('➖', -1);
      step('➕', 1);
      keyboard.row();
      choose('✌️ x2', 2);
      choose('🖐️ x5', 5);
      choose('🔟 x10', 10);
      keyboard.row();
    }
    keyboard.text(buttons.cart, addToCart(product.id, quantity)).row().text(buttons.cancel, back);
  }
  return { text: productView(product, quantity, { watching, held, left }), keyboard, ...photo };
}

const categoryButton = ({ id, name }: Category) => ({
  text: `🏷 ${clip(name, 40)}`,
  data: callbacks.pack('list', 0, id),
});

/** All categories, two in a row, page after page. */
export async function categoriesScreen(tx: Tx, catalog: Catalog, asked: number): Promise<View> {
  const list = await catalog.categories(tx, asked);
  const keyboard = new InlineKeyboard();
  for (const [index, category] of list.items.entries()) {
    if (index % 2 === 0) keyboard.row();
    const { text, data } = categoryButton(category);
    keyboard.text(text, data);
  }
  turnPages(keyboard.row(), list, (page) => callbacks.pack('categories', page));
  keyboard
    .row()
    .text(buttons.all, callbacks.pack('list', 0, 0))
    .row()
    .text(HOME.text, HOME.data);
  return { text: categoryList(list), keyboard };
}

export function goneScreen(): View {
  const keyboard = new InlineKeyboard()
    .text(buttons.all, callbacks.pack('list', 0, 0))
    .row()
    .text(HOME.text, HOME.data);
  return { text: productGone(), keyboard };
}

/** The quantity that can be had instead of the wanted one, with what to say about it. */
export function clampQuantity(
  wanted: number,
  { kind, available }: Pick<Product, 'kind' | 'available'>,
  left: number | null,
): { quantity: number; toast?: string } {
  if (available === 0) return { quantity: 0, toast: toasts.soldOut };
  if (left === 0) return { quantity: 0, toast: toasts.limitReached };
  if (wanted < 1) return { quantity: 1, toast: toasts.atLeastOne };
  if (kind === 'endless' && wanted > 1) return { quantity: 1, toast: toasts.onlyOne };
  if (left !== null && left <= available && wanted > left) return { quantity: left, toast: toasts.upToLimit(left) };
  if (wanted > available) return { quantity: available, toast: toasts.atMost(available) };
  return { quantity: wanted };
}

/** What the modules below offer of the catalog on the first screen. */
export type Storefront = {
  categories(tx: Tx): Promise<{ text: string; data: string }[]>;
  openByCode(ctx: StoreContext, code: string): Promise<boolean>;
};

export function catalogStorefront(deps: ProductScreenDeps & { catalog: Catalog }): Storefront {
  const { catalog } = deps;
  return {
    async categories(tx) {
      const { items, pages } = await catalog.categories(tx, 0);
      const more = { text: buttons.categories, data: callbacks.pack('categories', 0) };
      return [...items.map(categoryButton), ...(pages > 1 ? [more] : [])];
    },
    async openByCode(ctx, code) {
      const product = await catalog.byCode(ctx.tx, code);
      if (!product) return false;
      send(ctx, await openedScreen(ctx, deps, product, 1, FROM_START));
      return true;
    },
  };
}
