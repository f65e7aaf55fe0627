import { type Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../../../bot/context.ts';
import { clip } from '../../../../../bot/html.ts';
import { turnPages } from '../../../../../bot/paging.ts';
import { show, type View } from '../../../../../bot/view.ts';
import { adminCallbacks as callbacks } from './callbacks.ts';
import { buttons as back, toasts } from './copy.ts';
import { askCategory, buttons, saved } from './copy-wizards.ts';
import { goneScreen, type ProductAdminServices, productScreen } from './screens.ts';

/** The category of a product, chosen from those that there are. */
export function categoryHandlers(composer: Composer<StoreContext>, services: ProductAdminServices): void {
  const { catalog, categories } = services;

  async function choiceScreen(ctx: StoreContext, productId: number, asked: number): Promise<View> {
    const product = await catalog.find(ctx.tx, productId);
    if (!product) return goneScreen();
    const list = await categories.page(ctx.tx, asked);
    const keyboard = new InlineKeyboard();
    for (const { id, name } of list.items) {
      const label = `${id === product.categoryId ? '✅ ' : ''}${clip(name, 40)}`;
      keyboard.text(label, callbacks.pack('categorise', productId, id)).row();
    }
    turnPages(keyboard, list, (page) => callbacks.pack('categories', productId, page));
    keyboard.row();
    if (product.categoryId !== null)
      keyboard.text(buttons.noCategory, callbacks.pack('categorise', productId, 0)).row();
    keyboard.text(back.back, callbacks.pack('product', productId));
    return { text: askCategory(product, list), keyboard };
  }

  callbacks.on(composer, 'categories', async (ctx, id, page) => show(ctx, await choiceScreen(ctx, id, page)));
  callbacks.on(composer, 'categorise', async (ctx, id, chosen) => {
    const categoryId = chosen === 0 ? null : chosen;
    const outcome = await catalog.change(ctx.tx, actorOf(ctx), id, { categoryId });
    if (outcome === 'category_gone') {
      ctx.toast(toasts.categoryGone, { alert: true });
      return show(ctx, await choiceScreen(ctx, id, 0));
    }
    show(ctx, await productScreen(ctx, services, id, saved()));
  });
}
