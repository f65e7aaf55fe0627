import { InlineKeyboard } from 'grammy';
import type { Tx } from '../../../../../../kernel/db.ts';
import type { Rupiah } from '../../../../../../kernel/money.ts';
import type { StoreContext } from '../../../../../bot/context.ts';
import { clip, type Html } from '../../../../../bot/html.ts';
import { turnPages } from '../../../../../bot/paging.ts';
import { buttonColumn, type View } from '../../../../../bot/view.ts';
import { ADMIN_MENU } from '../../../../staff/menu/index.ts';
import type { Stock } from '../../../stock/index.ts';
import { type Catalog, type Categories, productLink } from '../../index.ts';
import { adminCallbacks as callbacks, EDITABLE, PRODUCT_ADMIN } from './callbacks.ts';
import { buttons, productDetail, productGone, productList } from './copy.ts';

export type ProductAdminServices = {
  catalog: Catalog;
  categories: Categories;
  stock: Stock;
  /** The smallest total that can be paid through the gateway. */
  minimum: Rupiah;
  /** Takes up deliveries that waited for goods of this product to be sent anew. */
  resumeDeliveries(tx: Tx, productId: number): Promise<void>;
};

export async function productsScreen(
  ctx: StoreContext,
  { catalog }: ProductAdminServices,
  asked: number,
): Promise<View> {
  const list = await catalog.staffPage(ctx.tx, asked);
  const keyboard = new InlineKeyboard();
  for (const item of list.items) {
    keyboard.text(`${clip(item.name, 40)} (${item.code})`, callbacks.pack('product', item.id)).row();
  }
  turnPages(keyboard, list, (page) => callbacks.pack('list', page));
  keyboard.row().text(buttons.add, callbacks.pack('add')).row().text(ADMIN_MENU.text, ADMIN_MENU.data);
  return { text: productList(list), keyboard };
}

/** The product as admins see it, below what just happened to it; the list when it is gone. */
export async function productScreen(
  ctx: StoreContext,
  { catalog, stock }: ProductAdminServices,
  productId: number,
  news?: Html,
): Promise<View> {
  const product = await catalog.find(ctx.tx, productId);
  if (!product) return goneScreen();
  const counts = await stock.counts(ctx.tx, productId);
  const text = productDetail(product, counts, productLink(ctx.me.username, product.code), news);
  const keyboard = new InlineKeyboard();
  EDITABLE.forEach((field, number) => {
    keyboard.text(buttons[field], callbacks.pack('edit', productId, number));
    if (number === 1) keyboard.row();
  });
  const status = product.status === 'active' ? 'deactivate' : 'activate';
  keyboard
    .text(buttons.category, callbacks.pack('categories', productId, 0))
    .row()
    .text(buttons.photo, callbacks.pack('photo', productId))
    .row();
  // What has one content for everybody is bought once: there is no price by quantity.
  if (product.kind === 'units') keyboard.text(buttons.tiers, callbacks.pack('tiers', productId));
  keyboard.text(buttons.limit, callbacks.pack('limit', productId)).row();
  if (product.kind === 'units') {
    keyboard
      .text(buttons.restock, callbacks.pack('restock', productId))
      .text(buttons.units, callbacks.pack('units', productId, 0));
  } else {
    keyboard
      .text(buttons.replace, callbacks.pack('replace', productId))
      .text(buttons.content, callbacks.pack('content', productId));
  }
  keyboard
    .row()
    .text(buttons[status], callbacks.pack(status, productId))
    .text(buttons.delete, callbacks.pack('delete', productId))
    .row()
    .text(buttons.back, callbacks.pack('list', 0));
  return { text, keyboard, ...(product.photo ? { photo: product.photo } : {}) };
}

export function goneScreen(text: Html = productGone()): View {
  return { text, keyboard: buttonColumn(PRODUCT_ADMIN, ADMIN_MENU) };
}
