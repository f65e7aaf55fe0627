import { Composer } from 'grammy';
import type { StoreContext } from '../../bot/context.ts';
import { MENU } from '../../bot/menu.ts';
import { say, show } from '../../bot/view.ts';
import type { Wizards } from '../../bot/wizards.ts';
import { catalogCallbacks as callbacks } from './callbacks.ts';
import { hint, noSuchNumber, toasts } from './copy.ts';
import { FROM_START, goneScreen, listScreen, openedScreen, stockScreen, type Watching } from './screens.ts';
import { type SearchDeps, searchHandlers, searchOffer, searchScreen } from './search-handlers.ts';

export type CatalogHandlersDeps = SearchDeps & { watching: Watching };

/** Product list, search, stock list and product, as customers see them. */
export function catalogHandlers(deps: CatalogHandlersDeps & { wizards: Wizards }): Composer<StoreContext> {
  const { catalog, watching } = deps;
  const composer = new Composer<StoreContext>();
  searchHandlers(composer, deps.wizards, deps);

  composer.hears(MENU.products, async (ctx) => say(ctx, await listScreen(ctx.tx, catalog, FROM_START)));
  composer.hears(MENU.stock, async (ctx) => say(ctx, await stockScreen(ctx.tx, catalog, 0)));

  callbacks.on(composer, 'list', async (ctx, page, category) => {
    const origin = { page, category };
    show(ctx, await (category < 0 ? searchScreen(ctx, deps, origin) : listScreen(ctx.tx, catalog, origin)));
  });
  callbacks.on(composer, 'stock', async (ctx, page) => show(ctx, await stockScreen(ctx.tx, catalog, page)));
  callbacks.on(composer, 'product', async (ctx, id, wanted, page, category) => {
    const product = await catalog.onSale(ctx.tx, id);
    if (!product) {
      ctx.toast(toasts.gone);
      return show(ctx, goneScreen());
    }
    show(ctx, await openedScreen(ctx, watching, product, wanted, { page, category }));
  });

  return composer;
}

/** Reads what nothing else did: the number of a product opens it, anything else gets a hint. Goes last. */
export function catalogFreeText(deps: CatalogHandlersDeps): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  composer.on('message', async (ctx) => {
    const typed = ctx.message.text?.trim() ?? '';
    if (!/^\d+$/.test(typed)) {
      const keyboard = await searchOffer(ctx, deps, typed);
      return ctx.say(hint(), keyboard ? { keyboard } : {});
    }
    const position = Number(typed);
    const product =
      position >= 1 && position <= 1_000_000 ? await deps.catalog.atPosition(ctx.tx, position) : undefined;
    if (product) say(ctx, await openedScreen(ctx, deps.watching, product, 1, FROM_START));
    else ctx.say(noSuchNumber(typed));
  });
  return composer;
}
