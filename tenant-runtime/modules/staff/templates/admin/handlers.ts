import { Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../../bot/context.ts';
import { split } from '../../../../bot/html.ts';
import { dateTime } from '../../../../bot/time.ts';
import { TEMPLATE_KEYS, type TemplateKey } from '../index.ts';
import { adminCallbacks as callbacks } from './callbacks.ts';
import { buttons, confirmReset, previewNote, rawNote, rawPart, resetDone, toasts } from './copy.ts';
import type { TemplateAdminDeps } from './deps.ts';
import { editWizard } from './edit.ts';
import { backTo, detailScreen, listScreen, numberOf } from './screens.ts';

/** Raw text in one message; the rest follows in the next. */
const RAW_PART = 4000;

/** `🛠 Kelola Respon Bot`: what the bot says to customers, seen by all staff and changed by those who may. */
export function templateAdminHandlers(deps: TemplateAdminDeps): Composer<StoreContext> {
  const { editor, mayEdit } = deps;
  const composer = new Composer<StoreContext>();
  const time = dateTime(deps.timeZone);

  /** Handles a button of one template. */
  function on(
    action: 'open' | 'preview' | 'raw' | 'reset' | 'reseted',
    handler: (ctx: StoreContext, key: TemplateKey) => Promise<void>,
  ): void {
    callbacks.on(composer, action, async (ctx, number) => {
      const key = TEMPLATE_KEYS[number];
      if (!key) return ctx.toast(toasts.stale, { alert: true });
      await handler(ctx, key);
    });
  }

  callbacks.on(composer, 'list', async (ctx) => {
    const { text, keyboard } = listScreen(await editor.list(ctx.tx), mayEdit(ctx.role));
    ctx.show(text, { keyboard });
  });

  on('open', async (ctx, key) => {
    const { text, keyboard } = detailScreen(await editor.state(ctx.tx, key), mayEdit(ctx.role), time);
    ctx.show(text, { keyboard });
  });

  on('preview', async (ctx, key) => {
    const state = await editor.state(ctx.tx, key);
    ctx.send(deps.templates.sample(key, state.body));
    ctx.send(previewNote(state), { keyboard: backTo(key) });
  });

  on('raw', async (ctx, key) => {
    const state = await editor.state(ctx.tx, key);
    for (const part of split(state.body, RAW_PART)) ctx.send(rawPart(part));
    ctx.send(rawNote(state), { keyboard: backTo(key) });
  });

  on('reset', async (ctx, key) => {
    const state = await editor.state(ctx.tx, key);
    if (!mayEdit(ctx.role)) return ctx.toast(toasts.ownersOnly, { alert: true });
    if (!state.changed) return ctx.toast(toasts.alreadyDefault, { alert: true });
    const keyboard = new InlineKeyboard()
      .text(buttons.confirmReset, callbacks.pack('reseted', numberOf(key)))
      .text(buttons.keep, callbacks.pack('open', numberOf(key)));
    ctx.show(confirmReset(state), { keyboard });
  });

  on('reseted', async (ctx, key) => {
    if (!mayEdit(ctx.role)) return ctx.toast(toasts.ownersOnly, { alert: true });
    const outcome = await editor.reset(ctx.tx, actorOf(ctx), key);
    if (outcome === 'unchanged') ctx.toast(toasts.alreadyDefault);
    const news = outcome === 'reset' ? resetDone() : undefined;
    const { text, keyboard } = detailScreen(await editor.state(ctx.tx, key), true, time, news);
    ctx.show(text, { keyboard });
  });

  editWizard(composer, deps, time);
  return composer;
}
