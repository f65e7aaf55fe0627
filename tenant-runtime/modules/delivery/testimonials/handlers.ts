import { Composer, InlineKeyboard } from 'grammy';
import type { Tx } from '../../../../kernel/db.ts';
import { defineStaffCallbacks } from '../../../bot/callbacks.ts';
import { actorOf, type StoreContext } from '../../../bot/context.ts';
import { show, type View } from '../../../bot/view.ts';
import { askAgain, cancelKeyboard, type Wizards } from '../../../bot/wizards.ts';
import { ADMIN_MENU } from '../../staff/menu/index.ts';
import type { ChannelConnection } from './connection.ts';
import { askChannel, buttons, checking, noChannel, screen, toasts } from './copy.ts';
import { channelOf } from './schema.ts';
import { findChannel } from './sql.ts';

const callbacks = defineStaffCallbacks('tst', { open: [], connect: [], disconnect: [] });

const WIZARD = 'testimonial.channel';

/** The button that leads here from the admin menu. */
export const TESTIMONIALS = { text: '📢 Channel Testimoni', data: callbacks.pack('open') } as const;

/** `📢 Channel Testimoni`: the channel that hears of each sale. */
export function testimonialHandlers(deps: { wizards: Wizards; connection: ChannelConnection }): Composer<StoreContext> {
  const { wizards, connection } = deps;
  const composer = new Composer<StoreContext>();

  async function channelScreen(tx: Tx): Promise<View> {
    const channel = await findChannel(tx);
    const keyboard = new InlineKeyboard().text(channel ? buttons.change : buttons.connect, callbacks.pack('connect'));
    if (channel) keyboard.text(buttons.disconnect, callbacks.pack('disconnect'));
    return { text: screen(channel), keyboard: keyboard.row().text(ADMIN_MENU.text, ADMIN_MENU.data) };
  }

  callbacks.on(composer, 'open', async (ctx) => show(ctx, await channelScreen(ctx.tx)));
  callbacks.on(composer, 'connect', async (ctx) => {
    await wizards.begin(ctx, { wizard: WIZARD, step: 'channel', data: {} });
    ctx.show(askChannel(), { keyboard: cancelKeyboard() });
  });
  callbacks.on(composer, 'disconnect', async (ctx) => {
    await connection.disconnect(ctx.tx, actorOf(ctx));
    ctx.toast(toasts.disconnected);
    show(ctx, await channelScreen(ctx.tx));
  });

  wizards.defineForStaff(WIZARD, async (ctx) => {
    const named = channelOf(ctx.message);
    if (named === undefined) return askAgain(ctx, noChannel(), askChannel());
    await wizards.end(ctx);
    ctx.send(checking());
    const actor = actorOf(ctx);
    ctx.tx.afterCommit(() => connection.connect(actor, named));
  });
  return composer;
}
