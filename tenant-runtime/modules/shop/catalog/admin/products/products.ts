import { type Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../../../bot/context.ts';
import { show } from '../../../../../bot/view.ts';
import { adminCallbacks as callbacks } from './callbacks.ts';
import { confirmDelete, deleted, toasts } from './copy.ts';
import { buttons } from './copy-wizards.ts';
import { goneScreen, type ProductAdminServices, productScreen, productsScreen } from './screens.ts';

/** List and detail of products, on sale or not, and removing them. */
export function productHandlers(composer: Composer<StoreContext>, services: ProductAdminServices): void {
  const { catalog } = services;

  callbacks.on(composer, 'list', async (ctx, page) => show(ctx, await productsScreen(ctx, services, page)));
  callbacks.on(composer, 'product', async (ctx, id) => show(ctx, await productScreen(ctx, services, id)));

  const setStatus = (status: 'active' | 'inactive', toast: string) => async (ctx: StoreContext, id: number) => {
    const outcome = await catalog.change(ctx.tx, actorOf(ctx), id, { status });
    ctx.toast(outcome === 'gone' ? toasts.productGone : toast);
    show(ctx, await productScreen(ctx, services, id));
  };
  callbacks.on(composer, 'activate', setStatus('active', toasts.activated));
  callbacks.on(composer, 'deactivate', setStatus('inactive', toasts.deactivated));

  callbacks.on(composer, 'delete', async (ctx, id) => {
    const product = await catalog.find(ctx.tx, id);
    if (!product) return show(ctx, goneScreen());
    const keyboard = new InlineKeyboard()
      .text(buttons.confirmDelete, callbacks.pack('deleted', id))
      .text(buttons.keep, callbacks.pack('product', id));
    show(ctx, { text: confirmDelete(product), keyboard });
  });
  callbacks.on(composer, 'deleted', async (ctx, id) => {
    const outcome = await catalog.remove(ctx.tx, actorOf(ctx), id);
    show(ctx, outcome === 'gone' ? goneScreen() : goneScreen(deleted(outcome)));
  });
}
