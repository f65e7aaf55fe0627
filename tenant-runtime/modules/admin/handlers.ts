import { Composer, InlineKeyboard } from 'grammy';
import { isStaff, type StoreContext } from '../../bot/context.ts';
import { MENU } from '../../bot/menu.ts';
import { staffOnly } from '../../bot/staff.ts';
import type { Wizards } from '../../bot/wizards.ts';
import { HOME } from '../users/index.ts';
import { adminCallbacks } from './callbacks.ts';
import { cancelled, menu, stale } from './copy.ts';

/** A button of the admin menu. */
export type Door = { text: string; data: string };

/** `⚙️ Admin Settings`: the doors to the desks, two in a row, and the way out of any wizard. */
export function adminHandlers(deps: { wizards: Wizards; doors: readonly Door[] }): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();

  function keyboard(): InlineKeyboard {
    const keyboard = new InlineKeyboard();
    deps.doors.forEach(({ text, data }, index) => {
      if (index % 2 === 0) keyboard.row();
      keyboard.text(text, data);
    });
    return keyboard.row().text(HOME.text, HOME.data);
  }

  const open = (ctx: StoreContext): void =>
    isStaff(ctx.role) ? ctx.say(menu(), { keyboard: keyboard() }) : ctx.say(staffOnly());
  composer.command('admin', open);
  composer.hears(MENU.admin, open);
  adminCallbacks.on(composer, 'menu', async (ctx) => ctx.show(menu(), { keyboard: keyboard() }));

  deps.wizards.onCancel(composer, (ctx, ended) => {
    if (!ended) return ctx.toast(stale, { alert: true });
    if (isStaff(ctx.role)) return ctx.show(menu(), { keyboard: keyboard() });
    ctx.show(cancelled(), { keyboard: new InlineKeyboard().text(HOME.text, HOME.data) });
  });
  return composer;
}
