import { Composer } from 'grammy';
import type { StoreContext } from '../../../bot/context.ts';
import { escapeHtml } from '../../../bot/html.ts';
import { MENU } from '../../../bot/menu.ts';
import { send, show } from '../../../bot/view.ts';
import type { Wizards } from '../../../bot/wizards.ts';
import { catalogCallbacks as callbacks } from './callbacks.ts';
import { hint, noSuchNumber, toasts } from './copy.ts';
import {
  categoriesScreen,
  clampQuantity,
  FROM_START,
  goneScreen,
  listScreen,
  type Origin,
  openedScreen,
  type ProductScreenDeps,
  stockScreen,
} from './screens.ts';
import { type SearchDeps, searchHandlers, searchOffer, searchScreen } from './search-handlers.ts';
import { leftFor } from './sql-limits.ts';

export type CatalogHandlersDeps = SearchDeps & ProductScreenDeps;

/** Product list, search, stock list and product, as customers see them. */
export function catalogHandlers(deps: CatalogHandlersDeps & { wizards: Wizards }): Composer<StoreContext> {
  const { catalog } = deps;
  const composer = new Composer<StoreContext>();
  searchHandlers(composer, deps.wizards, deps);

  composer.hears(MENU.products, async (ctx) => send(ctx, await listScreen(ctx.tx, catalog, FROM_START)));
  composer.hears(MENU.stock, async (ctx) => send(ctx, await stockScreen(ctx.tx, catalog, 0)));

  callbacks.on(composer, 'list', async (ctx, page, category) => {
    const origin = { page, category };
    show(ctx, await (category < 0 ? searchScreen(ctx, deps, origin) : listScreen(ctx.tx, catalog, origin)));
  });
  callbacks.on(composer, 'categories', async (ctx, page) => show(ctx, await categoriesScreen(ctx.tx, catalog, page)));
  callbacks.on(composer, 'stock', async (ctx, page) => show(ctx, await stockScreen(ctx.tx, catalog, page)));
  callbacks.on(composer, 'product', (ctx, id, wanted, page, category) => open(ctx, id, wanted, { page, category }));
  // A phone shows an edit later than a finger taps: taps count from what the last one made of it.
  callbacks.on(composer, 'step', async (ctx, id, by, shown, page, category) => {
    const last = deps.lastScreens.before(ctx);
    const goesOn = last?.productId === id && last.messageId === ctx.callbackQuery?.message?.message_id;
    await open(ctx, id, (goesOn ? last.quantity : shown) + by, { page, category });
  });

  async function open(ctx: StoreContext, id: number, wanted: number, origin: Origin): Promise<void> {
    const product = await catalog.onSale(ctx.tx, id);
    if (!product) {
      ctx.toast(toasts.gone);
      return show(ctx, goneScreen());
    }
    show(ctx, await openedScreen(ctx, deps, product, wanted, origin));
  }

  return composer;
}

/** Reads what nothing else did: a number is a quantity of the product on the screen, or opens a product. Goes last. */
export function catalogFreeText(deps: CatalogHandlersDeps): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  composer.on('message', async (ctx) => {
    const typed = ctx.message.text?.trim() ?? '';
    if (!/^\d+$/.test(typed)) {
      const keyboard = await searchOffer(ctx, deps, typed);
      return ctx.send(hint(), keyboard ? { keyboard } : {});
    }
    if (await asQuantity(ctx, typed)) return;
    const position = Number(typed);
    const product =
      position >= 1 && position <= 1_000_000 ? await deps.catalog.atPosition(ctx.tx, position) : undefined;
    if (product) send(ctx, await openedScreen(ctx, deps, product, 1, FROM_START));
    else ctx.send(noSuchNumber(typed));
  });

  /** False when no product that can be bought is on the screen. */
  async function asQuantity(ctx: StoreContext, typed: string): Promise<boolean> {
    const last = deps.lastScreens.before(ctx);
    const product = last && (await deps.catalog.onSale(ctx.tx, last.productId));
    if (!last || !product || product.available === 0) return false;
    const { toast } = clampQuantity(Number(typed), product, await leftFor(ctx.tx, ctx.user.id, product.id));
    if (toast) ctx.send(escapeHtml(toast));
    send(ctx, await openedScreen(ctx, deps, product, Number(typed), last));
    return true;
  }
  return composer;
}
