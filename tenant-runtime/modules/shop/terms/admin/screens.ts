import { InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../../../bot/context.ts';
import { clip, type Html, paragraphs } from '../../../../bot/html.ts';
import { turnPages } from '../../../../bot/paging.ts';
import { buttonColumn, type View } from '../../../../bot/view.ts';
import { ADMIN_MENU } from '../../../staff/menu/index.ts';
import type { Terms, TermsProduct } from '../index.ts';
import { adminCallbacks as callbacks, TERMS_ADMIN } from './callbacks.ts';
import { buttons, FILTERS, productDetail, productGone, productList } from './copy.ts';

export async function productsScreen(ctx: StoreContext, terms: Terms, at: number, asked: number): Promise<View> {
  const shown = FILTERS[at] ? at : 0;
  const filter = FILTERS[shown];
  const list = await terms.products(ctx.tx, { page: asked, withTerms: filter?.withTerms });
  const keyboard = new InlineKeyboard();
  for (const item of list.items) {
    keyboard.text(`${clip(item.name, 40)} (${item.code})`, callbacks.pack('product', item.id)).row();
  }
  turnPages(keyboard, list, (page) => callbacks.pack('list', shown, page));
  keyboard.row();
  FILTERS.forEach(({ label }, index) => {
    if (index !== shown) keyboard.text(label, callbacks.pack('list', index, 0));
  });
  keyboard
    .row()
    .text(buttons.form, callbacks.pack('form'))
    .text(buttons.proofs, callbacks.pack('proofs', 0, 0, 0))
    .row()
    .text(ADMIN_MENU.text, ADMIN_MENU.data);
  return { text: productList(list, filter?.label ?? ''), keyboard };
}

/** The terms of a product and what can be done with them, below what just happened. */
export function productScreen(product: TermsProduct | undefined, news?: Html): View {
  if (!product) return goneScreen(productGone());
  const { id } = product;
  const keyboard = new InlineKeyboard().text(
    product.terms === null ? buttons.add : buttons.edit,
    callbacks.pack('edit', id),
  );
  if (product.terms !== null) keyboard.text(buttons.delete, callbacks.pack('delete', id));
  keyboard
    .row()
    .text(buttons.proofsOf(product.proofs), callbacks.pack('proofs', id, 0, 0))
    .row()
    .text(buttons.back, callbacks.pack('list', 0, 0));
  const text = productDetail(product);
  return { text: paragraphs(news, text), keyboard };
}

export function goneScreen(text: Html): View {
  return { text, keyboard: buttonColumn(TERMS_ADMIN, ADMIN_MENU) };
}
