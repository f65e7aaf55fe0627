import { type Api, InlineKeyboard } from 'grammy';
import type { Db, Tx } from '../../../../kernel/db.ts';
import { shortId } from '../../../../kernel/ids.ts';
import type { Log } from '../../../../kernel/log.ts';
import type { Actor } from '../../../bot/context.ts';
import { attempt, type Outcome } from '../../../bot/telegram.ts';
import type { Configuration } from '../../staff/configuration/index.ts';
import type { Outbox } from '../outbox/index.ts';
import { connected, connectedSummary, disconnectedSummary, type Obstacle, obstacle, testPost } from './copy.ts';
import type { Channel } from './schema.ts';
import { findChannel, putChannel } from './sql.ts';

export type ChannelConnection = {
  /**
   * Asks Telegram whether the bot may post to a channel, posts a test, and sets it; the person is told what came of it. Runs
   * outside of any transaction: a crash before its end changes nothing, and the person sends the channel again.
   */
  connect(actor: Actor, named: string | number): void;
  disconnect(tx: Tx, actor: Actor): Promise<void>;
};

export function createChannelConnection(deps: {
  db: Db;
  api: Api;
  configuration: Configuration;
  outbox: Pick<Outbox, 'send'>;
  storeName: string;
  /** The button below what came of it. */
  back: { text: string; data: string };
  log: Log;
}): ChannelConnection {
  const { db, api, configuration } = deps;

  /** The channel, after a test post was taken there; or what is in the way. */
  async function tryOut(named: string | number): Promise<Channel | Obstacle> {
    const chat = await attempt(() => api.getChat(named));
    if (chat.kind !== 'ok') return chat.kind === 'later' ? 'busy' : 'not_found';
    if (chat.value.type !== 'channel') return 'not_a_channel';
    const { id: chatId, title } = chat.value;
    const me = await attempt(() => api.getMe());
    if (me.kind !== 'ok') return 'busy';
    const member = await attempt(() => api.getChatMember(chatId, me.value.id));
    if (member.kind !== 'ok') return member.kind === 'later' ? 'busy' : 'no_right';
    const { value } = member;
    const mayPost =
      value.status === 'creator' || (value.status === 'administrator' && value.can_post_messages === true);
    if (!mayPost) return 'no_right';
    const posted: Outcome<unknown> = await attempt(() =>
      api.sendMessage(chatId, testPost(deps.storeName), { parse_mode: 'HTML' }),
    );
    if (posted.kind !== 'ok') return posted.kind === 'later' ? 'busy' : 'no_right';
    return { chatId, title };
  }

  async function set(tx: Tx, actor: Actor, channel: Channel): Promise<void> {
    await configuration.change(tx, actor, async () => {
      const before = await findChannel(tx);
      await putChannel(tx, channel, actor.id);
      return {
        outcome: undefined,
        changed: {
          action: 'testimonial.connected',
          target: `channel:${channel.chatId}`,
          ...(before ? { before: { channel: before.title } } : {}),
          after: { channel: channel.title },
          summary: connectedSummary(channel),
        },
      };
    });
  }

  async function run(actor: Actor, named: string | number): Promise<void> {
    const found = await tryOut(named);
    await db.tx(async (tx) => {
      if (typeof found !== 'string') await set(tx, actor, found);
      const text = typeof found === 'string' ? obstacle(found) : connected(found);
      const keyboard = new InlineKeyboard().text(deps.back.text, deps.back.data);
      await deps.outbox.send(tx, actor.id, `testimonial:connect:${shortId()}`, text, keyboard);
    });
  }

  return {
    connect(actor, named) {
      run(actor, named).catch((err) => deps.log.error({ err }, 'a channel could not be connected'));
    },
    disconnect: (tx, actor) =>
      configuration.change(tx, actor, async () => {
        const before = await findChannel(tx);
        if (!before) return { outcome: undefined };
        await putChannel(tx, undefined, actor.id);
        return {
          outcome: undefined,
          changed: {
            action: 'testimonial.disconnected',
            target: `channel:${before.chatId}`,
            before: { channel: before.title },
            summary: disconnectedSummary(before),
          },
        };
      }),
  };
}
