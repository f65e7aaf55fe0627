import { Composer } from 'grammy';
import type { StoreContext } from '../../../bot/context.ts';
import { show } from '../../../bot/view.ts';
import {
  type Catalog,
  goneScreen,
  type Origin,
  openedScreen,
  type ProductScreenDeps,
  watchCallbacks,
} from '../catalog/index.ts';
import { toasts } from './copy.ts';
import type { RestockWatches } from './service.ts';

/** `🔔 Kabari saya` and `🔕 Batal dikabari` on the screen of a product that is sold out. */
export function restockWatchHandlers(
  deps: ProductScreenDeps & { catalog: Catalog; watches: RestockWatches },
): Composer<StoreContext> {
  const { catalog, watches } = deps;
  const composer = new Composer<StoreContext>();

  async function showProduct(ctx: StoreContext, productId: number, origin: Origin): Promise<void> {
    const product = await catalog.onSale(ctx.tx, productId);
    if (!product) return show(ctx, goneScreen());
    show(ctx, await openedScreen(ctx, deps, product, 1, origin));
  }

  watchCallbacks.on(composer, 'ask', async (ctx, productId, page, category) => {
    const outcome = await watches.ask(ctx.tx, ctx.user.id, productId);
    await showProduct(ctx, productId, { page, category });
    if (outcome !== 'gone') ctx.toast(toasts[outcome], { alert: outcome === 'available' });
  });
  watchCallbacks.on(composer, 'cancel', async (ctx, productId, page, category) => {
    await watches.cancel(ctx.tx, ctx.user.id, productId);
    await showProduct(ctx, productId, { page, category });
    ctx.toast(toasts.cancelled);
  });
  return composer;
}
