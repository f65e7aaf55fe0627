import { Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../../bot/context.ts';
import { type Html, html, lines } from '../../../../bot/html.ts';
import { show } from '../../../../bot/view.ts';
import type { Audit } from '../../../staff/audit/index.ts';
import { ADMIN_MENU } from '../../../staff/menu/index.ts';
import { goodsHidden, setGoodsHidden } from '../index.ts';
import { adminCallbacks as callbacks } from './callbacks.ts';

const buttons = { hide: '🙈 Sensor barang', show: '👁 Tampilkan langsung' } as const;

const screen = (hidden: boolean): Html =>
  lines(
    html`🙈 <b>Sensor Barang</b>\n`,
    html`Sekarang: <b>${hidden ? 'disensor' : 'tampil langsung'}</b>\n`,
    html`Kalau disensor, isi barang yang dikirim ke pembeli tertutup dulu dan baru terbaca setelah diketuk. Cocok untuk akun dan kata sandi, supaya tidak terbaca orang di sebelahnya.`,
    html`Barang yang dikirim sebagai berkas tidak berubah.`,
  );

const toasts = {
  hidden: 'Mulai sekarang barang dikirim tersensor 🙈',
  shown: 'Mulai sekarang barang tampil langsung 👁',
} as const;

/** `🙈 Sensor Barang`: whether goods are covered until their buyer taps them. */
export function deliveryAdminHandlers(deps: { audit: Audit }): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();

  const view = (hidden: boolean) => ({
    text: screen(hidden),
    keyboard: new InlineKeyboard()
      .text(hidden ? buttons.show : buttons.hide, callbacks.pack('hide', hidden ? 0 : 1))
      .row()
      .text(ADMIN_MENU.text, ADMIN_MENU.data),
  });

  callbacks.on(composer, 'menu', async (ctx) => show(ctx, view(await goodsHidden(ctx.tx))));
  callbacks.on(composer, 'hide', async (ctx, on) => {
    const hidden = on === 1;
    const before = await goodsHidden(ctx.tx);
    if (before !== hidden) {
      await setGoodsHidden(ctx.tx, hidden, ctx.user.id);
      await deps.audit.record(ctx.tx, {
        actor: actorOf(ctx),
        action: hidden ? 'delivery.hidden' : 'delivery.shown',
        target: 'delivery',
        before: { hidden: before },
        after: { hidden },
      });
    }
    ctx.toast(hidden ? toasts.hidden : toasts.shown);
    show(ctx, view(hidden));
  });
  return composer;
}
