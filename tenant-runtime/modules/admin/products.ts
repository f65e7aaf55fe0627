import { type Composer, InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../bot/context.ts';
import { adminCallbacks as callbacks } from './callbacks.ts';
import { confirmDelete, deleted, toasts } from './copy.ts';
import { buttons } from './copy-wizards.ts';
import { actorOf, goneScreen, productScreen, productsScreen, type Shelves, show } from './screens.ts';

/** List and detail of products, on sale or not, and removing them. */
export function productHandlers(staff: Composer<StoreContext>, shelves: Shelves): void {
  const { catalog } = shelves;

  callbacks.on(staff, 'products', async (ctx, page) => show(ctx, await productsScreen(ctx, shelves, page)));
  callbacks.on(staff, 'product', async (ctx, id) => show(ctx, await productScreen(ctx, shelves, id)));

  const setStatus = (status: 'active' | 'inactive', toast: string) => async (ctx: StoreContext, id: number) => {
    const outcome = await catalog.change(ctx.tx, actorOf(ctx), id, { status });
    ctx.toast(outcome === 'gone' ? toasts.productGone : toast);
    show(ctx, await productScreen(ctx, shelves, id));
  };
  callbacks.on(staff, 'activate', setStatus('active', toasts.activated));
  callbacks.on(staff, 'deactivate', setStatus('inactive', toasts.deactivated));

  callbacks.on(staff, 'delete', async (ctx, id) => {
    const product = await catalog.find(ctx.tx, id);
    if (!product) return show(ctx, goneScreen());
    const keyboard = new InlineKeyboard()
      .text(buttons.confirmDelete, callbacks.pack('deleted', id))
      .text(buttons.keep, callbacks.pack('product', id));
    show(ctx, { text: confirmDelete(product), keyboard });
  });
  callbacks.on(staff, 'deleted', async (ctx, id) => {
    const outcome = await catalog.remove(ctx.tx, actorOf(ctx), id);
    show(ctx, outcome === 'gone' ? goneScreen() : goneScreen(deleted(outcome)));
  });
}
