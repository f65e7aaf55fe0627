import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import { createChannel } from '../telegram/chat.ts';
import type { ChannelChat } from '../telegram/types.ts';
import type { Sandbox } from '../types.ts';
import type { Declare } from './route.ts';

const botParams = z.object({ bot: z.coerce.number() });
const channelParams = botParams.extend({ channel: z.coerce.number() });
const newChannel = z.strictObject({ title: z.string().min(1), username: z.string().min(1).optional() });
const right = z.enum(['post', 'no_right', 'not_member', 'kicked']);

export type ChannelRight = z.infer<typeof right>;

/** Channels that a bot posts to. */
export function channelRoutes({ telegram }: Sandbox, declare: Declare): void {
  declare(
    'POST',
    '/bots/:bot/channels',
    'create a channel in which the bot may post {title, username?}; it is looked at as a chat is',
    { params: botParams, body: newChannel },
    ({ params, body: { title, username } }): ChannelChat => {
      const id = -1_000_000_000_000 - randomInt(1e9, 9e9);
      const channel = { id, type: 'channel' as const, title, ...(username ? { username } : {}) };
      telegram.bot(params.bot).chats.set(id, createChannel(channel));
      return channel;
    },
  );
  declare(
    'POST',
    '/bots/:bot/channels/:channel/right',
    'what the bot may do in a channel {right: post|no_right|not_member|kicked}',
    { params: channelParams, body: z.strictObject({ right }) },
    ({ params, body }) => {
      const chat = telegram.bot(params.bot).chats.get(params.channel);
      if (chat?.info.type !== 'channel') throw new AppError('NOT_FOUND', 'The bot knows no such channel.');
      chat.refusal = body.right === 'post' ? undefined : body.right;
    },
  );
}
