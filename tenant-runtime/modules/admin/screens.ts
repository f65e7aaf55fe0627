import { InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../bot/context.ts';
import { clip, type Html, html, keep } from '../../bot/html.ts';
import { CANCEL } from '../../bot/menu.ts';
import type { Actor, Catalog } from '../catalog/index.ts';
import type { Stock } from '../stock/index.ts';
import { HOME } from '../users/index.ts';
import { adminCallbacks as callbacks, EDITABLE, ORDERS_BUTTON, wizardCallbacks } from './callbacks.ts';
import { buttons, menu, productDetail, productGone, productList } from './copy.ts';

export type Shelves = { catalog: Catalog; stock: Stock };
export type ScreenContent = { text: Html; keyboard: InlineKeyboard };

export const actorOf = (ctx: StoreContext): Actor => ({ id: ctx.user.id, role: ctx.role });

export function menuScreen(): ScreenContent {
  const keyboard = new InlineKeyboard()
    .text(buttons.products, callbacks.pack('products', 0))
    .text(buttons.orders, ORDERS_BUTTON)
    .row()
    .text(HOME.text, HOME.data);
  return { text: menu(), keyboard };
}

export async function productsScreen(ctx: StoreContext, { catalog }: Shelves, asked: number): Promise<ScreenContent> {
  const list = await catalog.staffPage(ctx.tx, asked);
  const keyboard = new InlineKeyboard();
  for (const item of list.items) {
    keyboard.text(`${clip(item.name, 40)} (${item.code})`, callbacks.pack('product', item.id)).row();
  }
  if (list.page > 0) keyboard.text('⬅️', callbacks.pack('products', list.page - 1));
  if (list.page < list.pages - 1) keyboard.text('➡️', callbacks.pack('products', list.page + 1));
  keyboard.row().text(buttons.add, callbacks.pack('add')).row().text(buttons.menu, callbacks.pack('menu'));
  return { text: productList(list), keyboard };
}

/** The product as admins see it, below what just happened to it; the list when it is gone. */
export async function productScreen(
  ctx: StoreContext,
  { catalog, stock }: Shelves,
  productId: number,
  news?: Html,
): Promise<ScreenContent> {
  const product = await catalog.find(ctx.tx, productId);
  if (!product) return goneScreen();
  const counts = await stock.counts(ctx.tx, productId);
  const text = productDetail(product, counts);
  const keyboard = new InlineKeyboard();
  EDITABLE.forEach((field, number) => {
    keyboard.text(buttons[field], callbacks.pack('edit', productId, number));
    if (number === 1) keyboard.row();
  });
  const status = product.status === 'active' ? 'deactivate' : 'activate';
  keyboard
    .row()
    .text(buttons.restock, callbacks.pack('restock', productId))
    .text(buttons.units, callbacks.pack('units', productId, 0))
    .row()
    .text(buttons[status], callbacks.pack(status, productId))
    .text(buttons.delete, callbacks.pack('delete', productId))
    .row()
    .text(buttons.back, callbacks.pack('products', 0));
  return { text: news ? html`${keep(news)}\n\n${keep(text)}` : text, keyboard };
}

export function goneScreen(text: Html = productGone()): ScreenContent {
  const keyboard = new InlineKeyboard()
    .text(buttons.products, callbacks.pack('products', 0))
    .row()
    .text(buttons.menu, callbacks.pack('menu'));
  return { text, keyboard };
}

/** The button that ends a wizard; other buttons go above it. */
export const cancelKeyboard = (keyboard = new InlineKeyboard()): InlineKeyboard =>
  keyboard.text(CANCEL, wizardCallbacks.pack('cancel'));

export const say = (ctx: StoreContext, { text, keyboard }: ScreenContent): void => ctx.say(text, { keyboard });
export const show = (ctx: StoreContext, { text, keyboard }: ScreenContent): void => ctx.show(text, { keyboard });
