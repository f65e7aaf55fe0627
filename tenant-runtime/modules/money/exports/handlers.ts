import { Composer, InlineKeyboard } from 'grammy';
import { defineStaffCallbacks } from '../../../bot/callbacks.ts';
import { actorOf, type StoreContext } from '../../../bot/context.ts';
import type { Audit } from '../../staff/audit/index.ts';
import { buttons, menu, PERIODS, TABLES, toasts } from './copy.ts';
import type { Exports } from './service.ts';

/** `table` is a place in TABLES; `days` 0 is everything. */
const callbacks = defineStaffCallbacks('exp', { menu: [], send: ['table', 'days'] });

/** The button that leads here from the list of orders. */
export const EXPORTS = { text: '📤 Ekspor CSV', data: callbacks.pack('menu') } as const;

/** `📤 Ekspor CSV`: orders and the ledger as tables for a spreadsheet. */
export function exportHandlers(deps: {
  exports: Exports;
  audit: Audit;
  back: { data: string };
}): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();

  callbacks.on(composer, 'menu', async (ctx) => {
    const keyboard = new InlineKeyboard();
    TABLES.forEach((what, table) => {
      for (const days of PERIODS) keyboard.text(buttons.of({ what, days }), callbacks.pack('send', table, days));
      keyboard.row();
    });
    ctx.show(menu(), { keyboard: keyboard.text(buttons.back, deps.back.data) });
  });

  callbacks.on(composer, 'send', async (ctx, table, asked) => {
    const what = TABLES[table];
    const days = PERIODS.find((known) => known === asked);
    if (what === undefined || days === undefined) return;
    const after = { what, period: days === 0 ? 'semua' : days };
    await deps.audit.record(ctx.tx, { actor: actorOf(ctx), action: 'order.exported', target: `export:${what}`, after });
    ctx.toast(toasts.sending);
    // Nothing changed but the log, so a crash loses nothing but the press.
    ctx.tx.afterCommit(() => deps.exports.send(ctx.user.id, { what, days }));
  });
  return composer;
}
