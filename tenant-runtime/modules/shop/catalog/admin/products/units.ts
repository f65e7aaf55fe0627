import { type Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../../../bot/context.ts';
import { turnPages } from '../../../../../bot/paging.ts';
import { show, type View } from '../../../../../bot/view.ts';
import { adminCallbacks as callbacks } from './callbacks.ts';
import { buttons as back } from './copy.ts';
import { buttons, confirmClear, confirmDrop, unitDetail, unitGone, unitList, unitsRemoved } from './copy-wizards.ts';
import { goneScreen, type ProductAdminServices, productScreen } from './screens.ts';

const UNITS_PER_PAGE = 5;

/** Goods that are not sold yet: looking at them, and taking them out of stock. */
export function unitHandlers(composer: Composer<StoreContext>, services: ProductAdminServices): void {
  const { catalog, stock } = services;

  async function unitsScreen(ctx: StoreContext, productId: number, asked: number): Promise<View> {
    const product = await catalog.find(ctx.tx, productId);
    if (!product) return goneScreen();
    const counts = await stock.counts(ctx.tx, productId);
    const pages = Math.max(1, Math.ceil(counts.available / UNITS_PER_PAGE));
    const page = Math.min(Math.max(0, asked), pages - 1);
    const offset = page * UNITS_PER_PAGE;
    const units = await stock.unsold(ctx.tx, productId, { limit: UNITS_PER_PAGE, offset });
    const keyboard = new InlineKeyboard();
    units.forEach((unit, index) => {
      keyboard.text(String(offset + index + 1), callbacks.pack('unit', unit.id, page));
    });
    keyboard.row();
    turnPages(keyboard, { page, pages }, (to) => callbacks.pack('units', productId, to));
    if (units.length > 0) keyboard.row().text(buttons.clear, callbacks.pack('clear', productId));
    keyboard
      .row()
      .text(back.restock, callbacks.pack('restock', productId))
      .row()
      .text(back.back, callbacks.pack('product', productId));
    return { text: unitList(product, units, counts, { page, pages, first: offset + 1 }), keyboard };
  }

  callbacks.on(composer, 'units', async (ctx, id, page) => show(ctx, await unitsScreen(ctx, id, page)));

  callbacks.on(composer, 'unit', async (ctx, unitId, page) => {
    const unit = await stock.unit(ctx.tx, unitId);
    if (!unit) return show(ctx, goneScreen(unitGone()));
    const keyboard = new InlineKeyboard()
      .text(buttons.drop, callbacks.pack('drop', unitId, page))
      .row()
      .text(back.back, callbacks.pack('units', unit.productId, page));
    show(ctx, { text: unitDetail(unit), keyboard });
  });
  callbacks.on(composer, 'drop', async (ctx, unitId, page) => {
    const unit = await stock.unit(ctx.tx, unitId);
    if (!unit) return show(ctx, goneScreen(unitGone()));
    const keyboard = new InlineKeyboard()
      .text(buttons.confirmDelete, callbacks.pack('dropped', unitId, page))
      .text(buttons.keep, callbacks.pack('unit', unitId, page));
    show(ctx, { text: confirmDrop(unit), keyboard });
  });
  callbacks.on(composer, 'dropped', async (ctx, unitId, page) => {
    const unit = await stock.unit(ctx.tx, unitId);
    const removed = unit && (await stock.removeUnit(ctx.tx, actorOf(ctx), unitId));
    if (!removed) return show(ctx, goneScreen(unitGone()));
    ctx.toast(unitsRemoved(1));
    show(ctx, await unitsScreen(ctx, unit.productId, page));
  });

  callbacks.on(composer, 'clear', async (ctx, id) => {
    const product = await catalog.find(ctx.tx, id);
    if (!product) return show(ctx, goneScreen());
    const counts = await stock.counts(ctx.tx, id);
    const keyboard = new InlineKeyboard()
      .text(buttons.confirmDelete, callbacks.pack('cleared', id, counts.newest))
      .text(buttons.keep, callbacks.pack('units', id, 0));
    show(ctx, { text: confirmClear(product, counts), keyboard });
  });
  callbacks.on(composer, 'cleared', async (ctx, id, upTo) => {
    const removed = await stock.removeUnits(ctx.tx, actorOf(ctx), id, upTo);
    show(ctx, await productScreen(ctx, services, id, unitsRemoved(removed)));
  });
}
