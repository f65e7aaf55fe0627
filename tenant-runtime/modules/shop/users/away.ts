import { Composer, InlineKeyboard } from 'grammy';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Tx } from '../../../../kernel/db.ts';
import type { StoreContext } from '../../../bot/context.ts';
import { HOME } from './callbacks.ts';
import { wasAway } from './copy.ts';

/** Telegram forgets a tap that is not fetched for so long; messages it keeps for a day. */
const TAPS_LIVE_MS = 150_000;

/**
 * Somebody who pressed buttons of a store that was down, in vain, and then wrote something: their message waited so long that
 * the taps before it are lost. It brings back the screens from which everything can be reached. Goes before other free text.
 */
export function awayHandlers(deps: {
  clock: Clock;
  /** The button that leads to what the person was about to buy; undefined when their cart is empty. */
  cartButton(tx: Tx, userId: number): Promise<{ text: string; data: string } | undefined>;
}): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  composer.on('message:text', async (ctx, next) => {
    const waited = deps.clock.now().getTime() - ctx.message.date * 1000;
    if (waited < TAPS_LIVE_MS) return next();
    const keyboard = new InlineKeyboard();
    const cart = await deps.cartButton(ctx.tx, ctx.user.id);
    if (cart) keyboard.text(cart.text, cart.data).row();
    ctx.send(wasAway(), { keyboard: keyboard.text(HOME.text, HOME.data) });
  });
  return composer;
}
