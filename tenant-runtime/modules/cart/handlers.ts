import { Composer, InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../bot/context.ts';
import { CANCEL } from '../../bot/menu.ts';
import { cartCallbacks } from './callbacks.ts';
import { copy } from './copy.ts';
import type { Cart } from './service.ts';

/** Data of the button that leads on to the payment; the room `orders` answers it. */
export const CHECKOUT_BUTTON = 'pay:choose';

export function cartHandlers(deps: { cart: Cart; productListButton: string }): Composer<StoreContext> {
  const { cart } = deps;
  const composer = new Composer<StoreContext>();

  async function showCart(ctx: StoreContext): Promise<void> {
    const view = await cart.view(ctx.tx, ctx.user.id);
    if (view.lines.length === 0) {
      const back = new InlineKeyboard().text(copy.more, deps.productListButton);
      return ctx.show(view.changes.length > 0 ? copy.changes(view) : copy.empty, { keyboard: back });
    }
    ctx.show(copy.cart(view), {
      keyboard: new InlineKeyboard()
        .text(copy.checkout, CHECKOUT_BUTTON)
        .row()
        .text(copy.more, deps.productListButton)
        .row()
        .text(CANCEL, cartCallbacks.pack('clear')),
    });
  }

  cartCallbacks.on(composer, 'add', async (ctx, productId, quantity) => {
    const wanted = Math.max(1, Math.min(quantity, 1000));
    if (!(await cart.put(ctx.tx, ctx.user.id, productId, wanted))) return ctx.toast(copy.gone, { alert: true });
    await showCart(ctx);
  });
  cartCallbacks.on(composer, 'view', showCart);
  cartCallbacks.on(composer, 'clear', async (ctx) => {
    await cart.clear(ctx.tx, ctx.user.id);
    ctx.show(copy.cleared);
  });
  return composer;
}
