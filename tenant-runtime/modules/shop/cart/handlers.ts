import { Composer, InlineKeyboard } from 'grammy';
import type { Queryable } from '../../../../kernel/db.ts';
import type { Rupiah } from '../../../../kernel/money.ts';
import { defineCallbacks } from '../../../bot/callbacks.ts';
import type { StoreContext } from '../../../bot/context.ts';
import type { Html } from '../../../bot/html.ts';
import { CANCEL } from '../../../bot/menu.ts';
import { turnPages } from '../../../bot/paging.ts';
import { cancelKeyboard, type Wizards } from '../../../bot/wizards.ts';
import { copy, LINES_PER_PAGE } from './copy.ts';
import type { Cart, CartView } from './service.ts';

export const cartCallbacks = defineCallbacks('cart', {
  add: ['productId', 'quantity'],
  view: [],
  /** Leafs through the lines that can be changed. */
  page: ['page'],
  step: ['productId', 'by', 'page'],
  drop: ['productId', 'page'],
  clear: [],
  coupon: [],
  uncoupon: [],
});

/** Data of the button that leads on to the payment; the module `orders` answers it. */
const CHECKOUT_BUTTON = 'pay:choose';

const WIZARD = 'cart.coupon';

export function cartHandlers(deps: {
  cart: Cart;
  wizards: Wizards;
  productListButton: string;
  /** What would help where a total does not fit every way to pay. */
  boundsHint(on: Queryable, total: Rupiah): Promise<Html | undefined>;
}): Composer<StoreContext> {
  const { cart, wizards } = deps;
  const composer = new Composer<StoreContext>();

  /** `➖ ➕ 🗑` for each line of a page, and below them where the cart leads. */
  function cartKeyboard(view: CartView, page: number): InlineKeyboard {
    const keyboard = new InlineKeyboard();
    const first = page * LINES_PER_PAGE;
    for (const [index, { productId }] of view.lines.slice(first, first + LINES_PER_PAGE).entries()) {
      const number = first + index + 1;
      keyboard
        .text(copy.fewer(number), cartCallbacks.pack('step', productId, -1, page))
        .text(copy.oneMore(number), cartCallbacks.pack('step', productId, 1, page))
        .text(copy.drop(number), cartCallbacks.pack('drop', productId, page))
        .row();
    }
    turnPages(keyboard, { page, pages: pagesOf(view) }, (to) => cartCallbacks.pack('page', to)).row();
    return waysOn(keyboard, view);
  }

  const waysOn = (keyboard: InlineKeyboard, view: CartView): InlineKeyboard =>
    (view.voucher.kind === 'applied'
      ? keyboard.text(copy.uncoupon, cartCallbacks.pack('uncoupon'))
      : keyboard.text(copy.coupon, cartCallbacks.pack('coupon'))
    )
      .row()
      .text(copy.checkout, CHECKOUT_BUTTON)
      .row()
      .text(copy.more, deps.productListButton)
      .row()
      .text(CANCEL, cartCallbacks.pack('clear'));

  /** The cart as it is now, below what just happened. */
  async function screen(
    ctx: StoreContext,
    { news, page: asked = 0 }: { news?: Html; page?: number } = {},
  ): Promise<{ text: Html; keyboard: InlineKeyboard }> {
    const view = await cart.view(ctx.tx, ctx.user.id);
    if (view.lines.length === 0) {
      const keyboard = new InlineKeyboard().text(copy.more, deps.productListButton);
      return { text: view.changes.length > 0 ? copy.changes(view) : copy.empty, keyboard };
    }
    const page = Math.max(0, Math.min(asked, pagesOf(view) - 1));
    const text = copy.cart(view, { page, bounds: await deps.boundsHint(ctx.tx, view.total) });
    return { text: news ? copy.under(news, text) : text, keyboard: cartKeyboard(view, page) };
  }

  async function showCart(ctx: StoreContext, page = 0): Promise<void> {
    const { text, keyboard } = await screen(ctx, { page });
    ctx.show(text, { keyboard });
  }

  const codeKeyboard = () => cancelKeyboard(new InlineKeyboard().text(copy.back, cartCallbacks.pack('view')).row());

  cartCallbacks.on(composer, 'add', async (ctx, productId, quantity) => {
    const wanted = Math.max(1, Math.min(quantity, 1000));
    if (!(await cart.put(ctx.tx, ctx.user.id, productId, wanted))) return ctx.toast(copy.gone, { alert: true });
    await showCart(ctx);
  });
  cartCallbacks.on(composer, 'view', (ctx) => showCart(ctx));
  cartCallbacks.on(composer, 'page', showCart);
  cartCallbacks.on(composer, 'step', async (ctx, productId, by, page) => {
    const step = await cart.step(ctx.tx, ctx.user.id, productId, by);
    if (step.kind === 'at_least_one') ctx.toast(copy.atLeastOne);
    if (step.kind === 'at_most') ctx.toast(copy.atMost(step.available));
    if (step.kind === 'gone') ctx.toast(copy.noLine);
    await showCart(ctx, page);
  });
  cartCallbacks.on(composer, 'drop', async (ctx, productId, page) => {
    const dropped = await cart.drop(ctx.tx, ctx.user.id, productId);
    ctx.toast(dropped ? copy.dropped : copy.noLine);
    await showCart(ctx, page);
  });
  cartCallbacks.on(composer, 'clear', async (ctx) => {
    await cart.clear(ctx.tx, ctx.user.id);
    ctx.show(copy.cleared, { keyboard: new InlineKeyboard().text(copy.more, deps.productListButton) });
  });

  cartCallbacks.on(composer, 'coupon', async (ctx) => {
    if ((await cart.lines(ctx.tx, ctx.user.id)).length === 0) return showCart(ctx);
    await wizards.begin(ctx, { wizard: WIZARD, step: 'code', data: {} });
    ctx.show(copy.askCode, { keyboard: codeKeyboard() });
  });
  cartCallbacks.on(composer, 'uncoupon', async (ctx) => {
    ctx.toast(copy.uncouponed);
    await cart.dropVoucher(ctx.tx, ctx.user.id);
    await showCart(ctx);
  });

  wizards.define(WIZARD, async (ctx) => {
    const code = ctx.message?.text;
    if (code === undefined) return ctx.send(copy.under(copy.codePlease, copy.askCode), { keyboard: codeKeyboard() });
    const inCart = await cart.lines(ctx.tx, ctx.user.id);
    const refusal = inCart.length > 0 ? await cart.useVoucher(ctx.tx, ctx.user.id, code) : undefined;
    if (refusal) return ctx.send(copy.codeRefused(refusal), { keyboard: codeKeyboard() });
    await wizards.end(ctx);
    const { text, keyboard } = await screen(ctx, { news: copy.codeApplied });
    ctx.send(text, { keyboard });
  });
  return composer;
}

const pagesOf = (view: CartView): number => Math.ceil(view.lines.length / LINES_PER_PAGE);
