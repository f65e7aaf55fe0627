import type { Message } from 'grammy/types';
import { z } from 'zod';

/** The channel to which the store posts its sales. */
export const ChannelSchema = z.object({ chatId: z.number(), title: z.string() });
export type Channel = z.infer<typeof ChannelSchema>;

const NAME = /^(?:(?:https?:\/\/)?t\.me\/|@)([A-Za-z]\w{3,31})\/?$/;
const ID = /^-100\d{5,13}$/;

/** The channel that a message names: by a forwarded post, `@name`, a link or its id. Undefined when it names none. */
export function channelOf(message: Message | undefined): string | number | undefined {
  const origin = message?.forward_origin;
  if (origin?.type === 'channel') return origin.chat.id;
  const typed = message?.text?.trim() ?? '';
  const name = NAME.exec(typed)?.[1];
  if (name !== undefined) return `@${name}`;
  return ID.test(typed) ? Number(typed) : undefined;
}
