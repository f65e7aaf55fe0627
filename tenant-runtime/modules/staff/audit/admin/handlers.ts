import { Composer, InlineKeyboard } from 'grammy';
import type { StoreContext } from '../../../../bot/context.ts';
import { paged, turnPages } from '../../../../bot/paging.ts';
import { dateTime } from '../../../../bot/time.ts';
import { ADMIN_MENU } from '../../menu/index.ts';
import { adminCallbacks as callbacks } from './callbacks.ts';
import { auditLog, buttons, chooseSubject, subjectLabel, toasts } from './copy.ts';
import { SUBJECTS } from './copy-actions.ts';
import { listEntries } from './sql.ts';

const PAGE_SIZE = 5;

/** `📓 Log Audit`: who changed what, for owners. It is only read: nothing here writes. */
export function auditAdminHandlers(deps: { timeZone: string }): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  const time = dateTime(deps.timeZone);

  callbacks.on(composer, 'list', async (ctx, number, asked) => {
    const chosen = SUBJECTS[number];
    if (!chosen) return ctx.toast(toasts.stale, { alert: true });
    const page = await paged(asked, PAGE_SIZE, (window) => listEntries(ctx.tx, { subject: chosen.subject, ...window }));
    const keyboard = turnPages(new InlineKeyboard(), page, (to) => callbacks.pack('list', number, to));
    keyboard.row().text(buttons.filter, callbacks.pack('rooms', number)).row().text(ADMIN_MENU.text, ADMIN_MENU.data);
    ctx.show(auditLog(page, number, time), { keyboard });
  });

  callbacks.on(composer, 'rooms', async (ctx, from) => {
    const keyboard = new InlineKeyboard();
    SUBJECTS.forEach((_, number) => {
      if (number % 2 === 1) keyboard.row();
      keyboard.text(subjectLabel(number), callbacks.pack('list', number, 0));
    });
    keyboard.row().text(buttons.back, callbacks.pack('list', from, 0));
    ctx.show(chooseSubject(), { keyboard });
  });

  return composer;
}
