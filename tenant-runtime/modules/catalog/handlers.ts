import { Composer } from 'grammy';
import type { StoreContext } from '../../bot/context.ts';
import { MENU } from '../../bot/menu.ts';
import { catalogCallbacks as callbacks } from './callbacks.ts';
import { hint, noSuchNumber, toasts } from './copy.ts';
import {
  clampQuantity,
  FROM_START,
  goneScreen,
  listScreen,
  productScreen,
  type ScreenContent,
  stockScreen,
} from './screens.ts';
import type { Catalog } from './service.ts';

/** Product list, stock list and product, as customers see them. */
export function catalogHandlers(deps: { catalog: Catalog }): Composer<StoreContext> {
  const { catalog } = deps;
  const composer = new Composer<StoreContext>();

  composer.hears(MENU.products, async (ctx) => say(ctx, await listScreen(ctx.tx, catalog, FROM_START)));
  composer.hears(MENU.stock, async (ctx) => say(ctx, await stockScreen(ctx.tx, catalog, 0)));

  callbacks.on(composer, 'list', async (ctx, page, category) =>
    show(ctx, await listScreen(ctx.tx, catalog, { page, category })),
  );
  callbacks.on(composer, 'stock', async (ctx, page) => show(ctx, await stockScreen(ctx.tx, catalog, page)));
  callbacks.on(composer, 'product', async (ctx, id, wanted, page, category) => {
    const product = await catalog.onSale(ctx.tx, id);
    if (!product) {
      ctx.toast(toasts.gone);
      return show(ctx, goneScreen());
    }
    const { quantity, toast } = clampQuantity(wanted, product.available);
    if (toast) ctx.toast(toast);
    show(ctx, productScreen(product, quantity, { page, category }));
  });

  return composer;
}

/** Reads what nothing else did: the number of a product opens it, anything else gets a hint. Goes last. */
export function catalogFreeText(deps: { catalog: Catalog }): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  composer.on('message', async (ctx) => {
    const typed = ctx.message.text?.trim() ?? '';
    if (!/^\d+$/.test(typed)) return ctx.say(hint());
    const position = Number(typed);
    const product =
      position >= 1 && position <= 1_000_000 ? await deps.catalog.atPosition(ctx.tx, position) : undefined;
    if (product) say(ctx, productScreen(product, 1, FROM_START));
    else ctx.say(noSuchNumber(typed));
  });
  return composer;
}

const say = (ctx: StoreContext, { text, options }: ScreenContent): void => ctx.say(text, options);
const show = (ctx: StoreContext, { text, options }: ScreenContent): void => ctx.show(text, options);
