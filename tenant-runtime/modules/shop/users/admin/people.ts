import { type Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../../bot/context.ts';
import type { Html } from '../../../../bot/html.ts';
import { send, show } from '../../../../bot/view.ts';
import { cancelKeyboard, type Wizards } from '../../../../bot/wizards.ts';
import { adminCallbacks as callbacks, searchCallbacks, WIZARD } from './callbacks.ts';
import { buttons, confirmBlock, confirmUnblock, toasts } from './copy.ts';
import { askQuery, wrong } from './copy-wizards.ts';
import { parseQuery, readQuery } from './schema.ts';
import { foundScreen, goneScreen, type UserAdminDeps, userScreen, usersScreen } from './screens.ts';
import type { UserDetail } from './sql.ts';

/** Finding users, looking at one, and blocking them. */
export function peopleHandlers(composer: Composer<StoreContext>, wizards: Wizards, deps: UserAdminDeps): void {
  const { admin } = deps;

  callbacks.on(composer, 'list', async (ctx, page) => show(ctx, await usersScreen(ctx, deps, page)));
  callbacks.on(composer, 'open', async (ctx, id) => show(ctx, await userScreen(ctx, deps, id)));

  callbacks.on(composer, 'search', async (ctx) => {
    await wizards.begin(ctx, { wizard: WIZARD.search, step: 'query', data: {} });
    ctx.show(askQuery(), { keyboard: cancelKeyboard() });
  });
  // Stays open once something was found: whatever is sent next is looked for next.
  wizards.defineForStaff(WIZARD.search, async (ctx) => {
    const text = ctx.message?.text;
    const parsed = text === undefined ? ({ ok: false, problem: 'no_text' } as const) : parseQuery(text);
    if (!parsed.ok) return ctx.send(wrong(parsed.problem, askQuery()), { keyboard: cancelKeyboard() });
    await wizards.begin(ctx, { wizard: WIZARD.search, step: 'found', data: { query: parsed.value } });
    send(ctx, await foundScreen(ctx, deps, parsed.value, 0));
  });
  searchCallbacks.on(composer, 'found', async (ctx, page) => {
    const query = ctx.form?.wizard === WIZARD.search ? readQuery(ctx.form) : undefined;
    if (query === undefined) return ctx.toast(toasts.stale, { alert: true });
    show(ctx, await foundScreen(ctx, deps, query, page));
  });

  /** Asks before anything is done. */
  function question(ask: 'block' | 'unblock', text: (user: UserDetail) => Html, yes: string): void {
    const done = ask === 'block' ? 'blocked' : 'unblocked';
    callbacks.on(composer, ask, async (ctx, id) => {
      const user = await admin.find(ctx.tx, id);
      if (!user) return show(ctx, goneScreen());
      const keyboard = new InlineKeyboard()
        .text(yes, callbacks.pack(done, id))
        .text(buttons.keep, callbacks.pack('open', id));
      show(ctx, { text: text(user), keyboard });
    });
  }
  question('block', confirmBlock, buttons.confirmBlock);
  question('unblock', confirmUnblock, buttons.confirmUnblock);

  callbacks.on(composer, 'blocked', async (ctx, id) => {
    const outcome = await admin.block(ctx.tx, actorOf(ctx), id);
    if (outcome === 'gone') return show(ctx, goneScreen());
    const toast = { done: toasts.blocked, already: toasts.alreadyBlocked, staff: toasts.staff }[outcome];
    ctx.toast(toast, { alert: outcome !== 'done' });
    show(ctx, await userScreen(ctx, deps, id));
  });
  callbacks.on(composer, 'unblocked', async (ctx, id) => {
    const outcome = await admin.unblock(ctx.tx, actorOf(ctx), id);
    if (outcome === 'gone') return show(ctx, goneScreen());
    ctx.toast(outcome === 'done' ? toasts.unblocked : toasts.notBlocked, { alert: outcome !== 'done' });
    show(ctx, await userScreen(ctx, deps, id));
  });
}
