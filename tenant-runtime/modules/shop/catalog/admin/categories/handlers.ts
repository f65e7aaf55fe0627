import { Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../../../bot/context.ts';
import { show } from '../../../../../bot/view.ts';
import type { Wizards } from '../../../../../bot/wizards.ts';
import type { Direction } from '../../index.ts';
import { adminCallbacks as callbacks } from './callbacks.ts';
import { buttons, confirmDelete, deleted, toasts } from './copy.ts';
import { type CategoryAdminServices, categoriesScreen, categoryScreen, goneScreen, productsScreen } from './screens.ts';
import { categoryWizards } from './wizards.ts';

/** `🗂 Kategori`: the categories, their order, and which products are in them. */
export function categoryAdminHandlers(deps: CategoryAdminServices & { wizards: Wizards }): Composer<StoreContext> {
  const { catalog, categories } = deps;
  const composer = new Composer<StoreContext>();
  categoryWizards(composer, deps.wizards, deps);

  callbacks.on(composer, 'list', async (ctx, page) => show(ctx, await categoriesScreen(ctx, deps, page)));
  callbacks.on(composer, 'category', async (ctx, id) => show(ctx, await categoryScreen(ctx, deps, id)));

  const move = (direction: Direction, atTheEnd: string) => async (ctx: StoreContext, id: number) => {
    const outcome = await categories.move(ctx.tx, actorOf(ctx), id, direction);
    ctx.toast(outcome === 'gone' ? toasts.gone : outcome === 'unchanged' ? atTheEnd : toasts[direction]);
    show(ctx, await categoryScreen(ctx, deps, id));
  };
  callbacks.on(composer, 'up', move('up', toasts.first));
  callbacks.on(composer, 'down', move('down', toasts.last));

  const setActive = (active: boolean, toast: string) => async (ctx: StoreContext, id: number) => {
    const outcome = await categories.setActive(ctx.tx, actorOf(ctx), id, active);
    ctx.toast(outcome === 'gone' ? toasts.gone : toast);
    show(ctx, await categoryScreen(ctx, deps, id));
  };
  callbacks.on(composer, 'activate', setActive(true, toasts.activate));
  callbacks.on(composer, 'deactivate', setActive(false, toasts.deactivate));

  callbacks.on(composer, 'delete', async (ctx, id) => {
    const category = await categories.find(ctx.tx, id);
    if (!category) return show(ctx, goneScreen());
    const keyboard = new InlineKeyboard()
      .text(buttons.confirmDelete, callbacks.pack('deleted', id))
      .text(buttons.keep, callbacks.pack('category', id));
    show(ctx, { text: confirmDelete(category), keyboard });
  });
  callbacks.on(composer, 'deleted', async (ctx, id) => {
    const outcome = await categories.remove(ctx.tx, actorOf(ctx), id);
    show(ctx, outcome === 'gone' ? goneScreen() : goneScreen(deleted()));
  });

  callbacks.on(composer, 'products', async (ctx, id, page) => show(ctx, await productsScreen(ctx, deps, id, page)));
  callbacks.on(composer, 'put', async (ctx, id, productId, page) => {
    const outcome = await catalog.change(ctx.tx, actorOf(ctx), productId, { categoryId: id });
    if (outcome === 'category_gone') return show(ctx, goneScreen());
    ctx.toast(outcome === 'gone' ? toasts.productGone : toasts.put);
    show(ctx, await productsScreen(ctx, deps, id, page));
  });
  callbacks.on(composer, 'take', async (ctx, id, productId, page) => {
    const product = await catalog.find(ctx.tx, productId);
    // An old button must not take it out of the category that it has been put into since.
    if (product?.categoryId === id) await catalog.change(ctx.tx, actorOf(ctx), productId, { categoryId: null });
    ctx.toast(product ? toasts.take : toasts.productGone);
    show(ctx, await productsScreen(ctx, deps, id, page));
  });
  return composer;
}
