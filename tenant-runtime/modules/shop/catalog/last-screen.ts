import { Composer } from 'grammy';
import type { StoreContext } from '../../../bot/context.ts';
import type { Product } from './sql.ts';
import { type ProductScreen, putScreen, takeScreen } from './sql-screens.ts';

/** Which product a person looks at, if the last thing that they were shown is one. */
export type LastScreens = {
  /** Goes before every handler: whatever a person does, what they looked at before is the last screen no more. */
  handlers: Composer<StoreContext>;
  /** What the person looked at when they did this. */
  before(ctx: StoreContext): ProductScreen | undefined;
  /** Makes a product the last screen; in the pressed message, or in a new one. */
  set(ctx: StoreContext, product: Product, quantity: number, of: { page: number; category: number }): Promise<void>;
};

export function createLastScreens(): LastScreens {
  const taken = new WeakMap<StoreContext, ProductScreen>();
  const handlers = new Composer<StoreContext>();
  handlers.on(['message', 'callback_query'], async (ctx, next) => {
    const screen = await takeScreen(ctx.tx, ctx.user.id);
    if (screen) taken.set(ctx, screen);
    await next();
  });
  return {
    handlers,
    before: (ctx) => taken.get(ctx),
    set: (ctx, product, quantity, { page, category }) =>
      putScreen(ctx.tx, ctx.user.id, {
        productId: product.id,
        quantity,
        page,
        category,
        messageId: ctx.callbackQuery?.message?.message_id ?? null,
      }),
  };
}
