import { InlineKeyboard } from 'grammy';
import type { Tx } from '../../../kernel/db.ts';
import type { StoreContext } from '../../bot/context.ts';
import { clip } from '../../bot/html.ts';
import { type Page, turnPages } from '../../bot/paging.ts';
import { say, type View } from '../../bot/view.ts';
import { HOME } from '../users/index.ts';
import { addToCart, catalogCallbacks as callbacks, watchCallbacks } from './callbacks.ts';
import { buttons, productGone, productList, productView, stockList, toasts } from './copy.ts';
import { type Catalog, STOCK_PAGE_SIZE } from './service.ts';
import type { ListedProduct, Product } from './sql.ts';
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

/** A product for the person who opens it, with as many as can be had of those that they want; says why, if those are fewer. */
export async function openedScreen(
  ctx: StoreContext,
  watching: Watching,
  product: Product,
  wanted: number,
  origin: Origin,
): Promise<View> {
  const waits = product.available === 0 && (await watching(ctx.tx, ctx.user.id, product.id));
  const left = await leftFor(ctx.tx, ctx.user.id, product.id);
  const { quantity, toast } = clampQuantity(wanted, product, left);
  if (toast && ctx.callbackQuery) ctx.toast(toast);
  return productScreen(product, quantity, origin, waits, left);
}

/** A product that can be bought, or that is sold out; the quantity is one that can be had. */
export function productScreen(
  product: Product,
  quantity: number,
  origin: Origin,
  watching: boolean,
  left: number | null = null,
): View {
  const photo = product.photo ? { photo: product.photo } : {};
  const back = callbacks.pack('list', origin.page, origin.category);
  const keyboard = new InlineKeyboard();
  if (left === 0) keyboard.text(buttons.back, back);
  else if (product.available === 0) {
    const watch = watchCallbacks.pack(watching ? 'cancel' : 'ask', product.id, origin.page, origin.category);
    keyboard
      .text(watching ? buttons.unwatch : buttons.watch, watch)
      .row()
      .text(buttons.back, back);
  } else {
    const choose = (label: string, to: number) =>
      keyboard.text(label, callbacks.pack('product', product.id, to, origin.page, origin.category));
    if (product.kind !== 'endless') {
      choose('➖', quantity - 1);
      choose('➕', quantity + 1);
      keyboard.row();
      choose('✌️ x2', 2);
      choose('🖐️ x5', 5);
      choose('🔟 x10', 10);
      keyboard.row();
    }
    keyboard.text(buttons.cart, addToCart(product.id, quantity)).row().text(buttons.cancel, back);
  }
  return { text: productView(product, quantity, watching, left), keyboard, ...photo };
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

/** What the rooms below offer of the catalog on the first screen. */
export type Storefront = {
  categories(tx: Tx): Promise<{ text: string; data: string }[]>;
  openByCode(ctx: StoreContext, code: string): Promise<boolean>;
};

export function catalogStorefront(deps: { catalog: Catalog; watching: Watching }): Storefront {
  const { catalog } = deps;
  return {
    async categories(tx) {
      const found = await catalog.categories(tx);
      return found.map(({ id, name }) => ({ text: `🏷 ${clip(name, 40)}`, data: callbacks.pack('list', 0, id) }));
    },
    async openByCode(ctx, code) {
      const product = await catalog.byCode(ctx.tx, code);
      if (!product) return false;
      say(ctx, await openedScreen(ctx, deps.watching, product, 1, FROM_START));
      return true;
    },
  };
}
