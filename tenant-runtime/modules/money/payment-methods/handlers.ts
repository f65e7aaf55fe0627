import { Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../bot/context.ts';
import { ADMIN_MENU } from '../../staff/menu/index.ts';
import { methodCallbacks as callbacks } from './callbacks.ts';
import { screen, toasts, toggleLabel } from './copy.ts';
import type { PaymentMethods } from './service.ts';

/** `💳 Metode Pembayaran`: which of the gateway's ways to pay the shop offers. */
export function paymentMethodHandlers({ methods }: { methods: PaymentMethods }): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();

  async function show(ctx: StoreContext): Promise<void> {
    const on = new Set((await methods.enabled(ctx.tx)).map(({ id }) => id));
    const keyboard = new InlineKeyboard();
    methods.all.forEach((method, position) => {
      if (position % 2 === 0) keyboard.row();
      keyboard.text(toggleLabel(method, on.has(method.id)), callbacks.pack('toggle', position));
    });
    ctx.show(
      screen(methods.all, ({ id }) => on.has(id)),
      { keyboard: keyboard.row().text(ADMIN_MENU.text, ADMIN_MENU.data) },
    );
  }

  callbacks.on(composer, 'open', show);
  callbacks.on(composer, 'toggle', async (ctx, position) => {
    const method = methods.all[position];
    if (!method) return ctx.toast(toasts.stale, { alert: true });
    const done = await methods.toggle(ctx.tx, actorOf(ctx), method);
    if (done === 'last') return ctx.toast(toasts.last, { alert: true });
    ctx.toast(toasts[done](method.label));
    await show(ctx);
  });
  return composer;
}
