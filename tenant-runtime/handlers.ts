import type { Composer } from 'grammy';
import { isStaff, type StoreContext } from './bot/context.ts';
import { dispatch } from './bot/dispatch.ts';
import { html } from './bot/html.ts';
import type { Wizards } from './bot/wizards.ts';
import type { StoreModule } from './module.ts';
import { HOME } from './modules/shop/users/index.ts';
import { ADMIN_MENU } from './modules/staff/menu/index.ts';

export const SORRY = 'Maaf, ada gangguan di pihak kami. Coba sekali lagi, ya.';

const COPY = {
  cancelled: html`❌ Dibatalkan. Tidak ada yang berubah.`,
  nothingToCancel: html`👌 Tidak ada isian yang sedang berjalan, jadi tidak ada yang perlu dibatalkan.`,
  wayBack: (ctx: StoreContext) => (isStaff(ctx.role) ? ADMIN_MENU : HOME),
  staleButton: 'Tombol ini sudah tidak berlaku. Silakan mulai lagi dari menu.',
};

/** Every handler of the bot, in the order in which updates meet them. */
export function composeHandlers(modules: readonly StoreModule[], wizards: Wizards): Composer<StoreContext> {
  return dispatch({
    wizards,
    copy: COPY,
    handlers: modules.flatMap(({ handlers }) => handlers ?? []),
    freeText: modules.flatMap(({ freeText }) => freeText ?? []),
  });
}
