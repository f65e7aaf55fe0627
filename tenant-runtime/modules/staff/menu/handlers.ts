import { Composer, InlineKeyboard } from 'grammy';
import { defineStaffCallbacks } from '../../../bot/callbacks.ts';
import { isStaff, type Role, type StoreContext } from '../../../bot/context.ts';
import { type Html, html } from '../../../bot/html.ts';
import { MENU } from '../../../bot/menu.ts';
import { staffOnly } from '../../../bot/staff.ts';
import type { Wizards } from '../../../bot/wizards.ts';
import { HOME } from '../../shop/users/index.ts';

const menu = (): Html =>
  html`⚙️ <b>Admin Settings</b>

Mau mengatur apa hari ini?`;

const cancelled = (): Html => html`Oke, dibatalkan. Silakan lanjut lewat menu di bawah ya.`;

const stale = 'Tombol ini sudah tidak berlaku 🙏';

const adminCallbacks = defineStaffCallbacks('adm', { menu: [] });

/** The button that leads from any admin screen back to the admin menu. */
export const ADMIN_MENU = { text: '⬅️ Kembali ke Menu Admin', data: adminCallbacks.pack('menu') } as const;

/** A button of the admin menu, for all staff or for owners alone. */
export type AdminButton = { text: string; data: string; role?: 'owner' };

/** `⚙️ Admin Settings`: the buttons of the admin screens, two in a row, and the way out of any wizard. */
export function adminHandlers(deps: { wizards: Wizards; buttons: readonly AdminButton[] }): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();

  function keyboard(role: Role): InlineKeyboard {
    const keyboard = new InlineKeyboard();
    const open = deps.buttons.filter((button) => button.role === undefined || button.role === role);
    open.forEach(({ text, data }, index) => {
      if (index % 2 === 0) keyboard.row();
      keyboard.text(text, data);
    });
    return keyboard.row().text(HOME.text, HOME.data);
  }

  const open = (ctx: StoreContext): void =>
    isStaff(ctx.role) ? ctx.send(menu(), { keyboard: keyboard(ctx.role) }) : ctx.send(staffOnly());
  composer.command('admin', open);
  composer.hears(MENU.admin, open);
  adminCallbacks.on(composer, 'menu', async (ctx) => ctx.show(menu(), { keyboard: keyboard(ctx.role) }));

  deps.wizards.onCancel(composer, (ctx, ended) => {
    if (!ended) return ctx.toast(stale, { alert: true });
    if (isStaff(ctx.role)) return ctx.show(menu(), { keyboard: keyboard(ctx.role) });
    ctx.show(cancelled(), { keyboard: new InlineKeyboard().text(HOME.text, HOME.data) });
  });
  return composer;
}
