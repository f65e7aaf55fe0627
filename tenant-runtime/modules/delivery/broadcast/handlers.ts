import { Composer, InlineKeyboard } from 'grammy';
import { actorOf, type StoreContext } from '../../../bot/context.ts';
import { type Html, paragraphs } from '../../../bot/html.ts';
import { numbered, turnPages } from '../../../bot/paging.ts';
import { dateTime } from '../../../bot/time.ts';
import { askAgain, cancelKeyboard, type Wizards } from '../../../bot/wizards.ts';
import { ADMIN_MENU } from '../../staff/menu/index.ts';
import { BROADCAST_ADMIN, broadcastCallbacks as callbacks, draftCallbacks, WIZARD } from './callbacks.ts';
import { readContent } from './content.ts';
import {
  ask,
  busy,
  buttons,
  confirm,
  contentProblem,
  detail,
  list,
  noRecipients,
  started,
  toasts,
  unsendable,
} from './copy.ts';
import { controls } from './keyboards.ts';
import { mediaOf, readDraft } from './schema.ts';
import type { Broadcasts } from './service.ts';

/** `📣 Broadcast Pesan`: writing one, watching, stopping and resuming it, and those of the past. */
export function broadcastHandlers(deps: {
  broadcasts: Broadcasts;
  wizards: Wizards;
  timeZone: string;
}): Composer<StoreContext> {
  const { broadcasts, wizards } = deps;
  const time = dateTime(deps.timeZone);
  const composer = new Composer<StoreContext>();
  const toAdmin = () => new InlineKeyboard().text(BROADCAST_ADMIN.text, BROADCAST_ADMIN.data);

  callbacks.on(composer, 'list', async (ctx, asked) => {
    const page = await broadcasts.page(ctx.tx, asked);
    const keyboard = numbered(page.items, ({ id }) => callbacks.pack('open', id));
    turnPages(keyboard, page, (to) => callbacks.pack('list', to));
    keyboard.row().text(buttons.write, callbacks.pack('write')).row().text(ADMIN_MENU.text, ADMIN_MENU.data);
    ctx.show(list(page, time), { keyboard });
  });

  async function open(ctx: StoreContext, id: number): Promise<void> {
    const found = await broadcasts.find(ctx.tx, id);
    if (!found) return ctx.toast(toasts.gone, { alert: true });
    ctx.show(detail(found, found.tally, time), { keyboard: controls(found) });
  }
  callbacks.on(composer, 'open', open);

  callbacks.on(composer, 'stop', async (ctx, id) => {
    const done = await broadcasts.stop(ctx.tx, actorOf(ctx), id);
    ctx.toast(done ? toasts.stopped : toasts.notRunning, { alert: !done });
    await open(ctx, id);
  });
  callbacks.on(composer, 'resume', async (ctx, id) => {
    const outcome = await broadcasts.resume(ctx.tx, actorOf(ctx), id);
    if (outcome === 'busy') return ctx.toast(toasts.busy, { alert: true });
    ctx.toast(outcome === 'resumed' ? toasts.resumed : toasts.notStopped, { alert: outcome !== 'resumed' });
    await open(ctx, id);
  });

  callbacks.on(composer, 'write', async (ctx) => {
    if (await broadcasts.running(ctx.tx)) return ctx.toast(toasts.busy, { alert: true });
    const recipients = await broadcasts.audience(ctx.tx);
    if (recipients === 0) return ctx.show(noRecipients(), { keyboard: toAdmin() });
    await wizards.begin(ctx, { wizard: WIZARD, step: 'content', data: {} });
    ctx.show(ask(recipients), { keyboard: cancelKeyboard() });
  });

  const sendKeyboard = (draft: number) =>
    cancelKeyboard(new InlineKeyboard().text(buttons.send, draftCallbacks.pack('send', draft)));

  wizards.defineForStaff(WIZARD, async (ctx) => {
    const read = readContent(ctx.message);
    const recipients = await broadcasts.audience(ctx.tx);
    if (!read.ok) return refuse(ctx, contentProblem(read.problem), recipients);
    // The message itself is a number that no other draft has.
    const draft = ctx.message?.message_id ?? 0;
    await wizards.advance(ctx, { wizard: WIZARD, step: 'confirm', data: { ...read.content, draft } });
    // What Telegram does not take from the bot now, it takes for nobody: without this message there is no button.
    ctx.send(read.content.body, { ...mediaOf(read.content), whole: true });
    ctx.send(confirm(recipients, read.escaped), {
      keyboard: sendKeyboard(draft),
      ifUnsent: (reason) => ({ text: paragraphs(unsendable(reason), ask(recipients)), keyboard: cancelKeyboard() }),
    });
  });

  /** A draft that was there stays: it can still be sent from below its preview. */
  function refuse(ctx: StoreContext, problem: Html, recipients: number): void {
    const draft = readDraft(ctx.form)?.draft;
    askAgain(ctx, problem, ask(recipients), draft === undefined ? cancelKeyboard() : sendKeyboard(draft));
  }

  draftCallbacks.on(composer, 'send', async (ctx, draft) => {
    const form = ctx.form?.wizard === WIZARD ? readDraft(ctx.form) : undefined;
    if (form?.draft !== draft) return ctx.toast(toasts.stale, { alert: true });
    const { draft: _, ...content } = form;
    const outcome = await broadcasts.start(ctx.tx, actorOf(ctx), content);
    if (outcome.kind === 'busy') return ctx.show(busy(), { keyboard: sendKeyboard(draft) });
    await wizards.end(ctx);
    if (outcome.kind === 'empty') return ctx.show(noRecipients(), { keyboard: toAdmin() });
    ctx.show(started(outcome.recipients), { keyboard: toAdmin() });
  });

  return composer;
}
