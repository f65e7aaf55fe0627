import { Composer, InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../../bot/context.ts';
import { ADMIN_MENU } from '../menu/index.ts';
import { statisticsCallbacks as callbacks } from './callbacks.ts';
import type { Charts } from './chart/index.ts';
import { chartOf, periodButton, reportView, toasts, withoutChart } from './copy.ts';
import { isPeriod, PERIODS, type Period } from './schema.ts';
import type { Statistics } from './service.ts';

/** `📊 Statistik`: how the store does, for staff. It is only read: nothing here writes. */
export function statisticsHandlers(deps: { statistics: Statistics; charts: Charts }): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();

  callbacks.on(composer, 'show', async (ctx, days) => {
    if (!isPeriod(days)) return ctx.toast(toasts.stale, { alert: true });
    const report = await deps.statistics.report(ctx.tx, days);
    const text = reportView(report);
    const photo = { draw: () => deps.charts.draw(chartOf(report)), without: withoutChart(text) };
    ctx.show(text, { keyboard: keyboard(days), photo });
  });

  return composer;
}

function keyboard(shown: Period): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  for (const period of PERIODS) keyboard.text(periodButton(period, shown), callbacks.pack('show', period));
  return keyboard.row().text(ADMIN_MENU.text, ADMIN_MENU.data);
}
