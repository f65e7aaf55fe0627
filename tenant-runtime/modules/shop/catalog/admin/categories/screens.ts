import { InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../../../../bot/context.ts';
import { clip, type Html, paragraphs } from '../../../../../bot/html.ts';
import { turnPages } from '../../../../../bot/paging.ts';
import { buttonColumn, type View } from '../../../../../bot/view.ts';
import { ADMIN_MENU } from '../../../../staff/menu/index.ts';
import type { Catalog, Categories } from '../../index.ts';
import { CATEGORY_ADMIN, adminCallbacks as callbacks } from './callbacks.ts';
import { buttons, categoryDetail, categoryGone, categoryList, productButton, productChoice } from './copy.ts';

export type CategoryAdminServices = { catalog: Catalog; categories: Categories };

export async function categoriesScreen(
  ctx: StoreContext,
  { categories }: CategoryAdminServices,
  asked: number,
): Promise<View> {
  const list = await categories.page(ctx.tx, asked);
  const keyboard = new InlineKeyboard();
  for (const { id, name } of list.items) keyboard.text(clip(name, 40), callbacks.pack('category', id)).row();
  turnPages(keyboard, list, (page) => callbacks.pack('list', page));
  keyboard.row().text(buttons.add, callbacks.pack('add')).row().text(ADMIN_MENU.text, ADMIN_MENU.data);
  return { text: categoryList(list), keyboard };
}

/** The category below what just happened to it; a way on when it is gone. */
export async function categoryScreen(
  ctx: StoreContext,
  { categories }: CategoryAdminServices,
  id: number,
  news?: Html,
): Promise<View> {
  const category = await categories.find(ctx.tx, id);
  if (!category) return goneScreen();
  const status = category.active ? 'deactivate' : 'activate';
  const keyboard = new InlineKeyboard()
    .text(buttons.products, callbacks.pack('products', id, 0))
    .text(buttons.rename, callbacks.pack('rename', id))
    .row()
    .text(buttons.up, callbacks.pack('up', id))
    .text(buttons.down, callbacks.pack('down', id))
    .row()
    .text(buttons[status], callbacks.pack(status, id))
    .text(buttons.delete, callbacks.pack('delete', id))
    .row()
    .text(buttons.back, callbacks.pack('list', 0));
  const text = categoryDetail(category);
  return { text: paragraphs(news, text), keyboard };
}

/** Every product, to put it into this category or to take it out. */
export async function productsScreen(
  ctx: StoreContext,
  { catalog, categories }: CategoryAdminServices,
  id: number,
  asked: number,
): Promise<View> {
  const category = await categories.find(ctx.tx, id);
  if (!category) return goneScreen();
  const list = await catalog.staffPage(ctx.tx, asked);
  const keyboard = new InlineKeyboard();
  for (const item of list.items) {
    const isIn = item.categoryId === id;
    keyboard.text(productButton(item, isIn), callbacks.pack(isIn ? 'take' : 'put', id, item.id, list.page)).row();
  }
  turnPages(keyboard, list, (page) => callbacks.pack('products', id, page));
  keyboard.row().text(buttons.done, callbacks.pack('category', id));
  return { text: productChoice(category, list), keyboard };
}

export function goneScreen(text: Html = categoryGone()): View {
  return { text, keyboard: buttonColumn(CATEGORY_ADMIN, ADMIN_MENU) };
}
