import { badRequest, blockedByUser, refusedBy } from '../api-error.ts';
import type { Args } from '../args.ts';
import type { Bot } from '../bot.ts';
import type { Chat, StoredMessage } from '../chat.ts';
import type { GoneWords } from '../gone.ts';
import type { Markup } from '../keyboards.ts';
import type { Rates } from '../rates.ts';
import type { Content, Message } from '../types.ts';

/** A call of the Bot API on its way to its method. */
export type MethodCall = {
  bot: Bot;
  method: string;
  args: Args;
  now: () => Date;
  rates: Rates;
  gone: GoneWords;
  /** Aborts when the caller has gone. */
  signal: AbortSignal;
};

/** Answers the `result`, or throws a BotApiError. */
export type Method = (call: MethodCall) => unknown;

export const unixTime = (date: Date) => Math.floor(date.getTime() / 1000);

/**
 * The chat that a call names.
 * @throws BotApiError when there is none: a person has to write to a bot before it can write to them
 */
export function chatOf({ bot, args }: MethodCall, key = 'chat_id'): Chat {
  const given = args.text(key);
  if (given === undefined || given === '') throw badRequest(`${key} is empty`);
  const chat = given.startsWith('@') ? publicChannel(bot, given) : bot.chats.get(args.integer(key) ?? Number.NaN);
  if (!chat || chat.refusal === 'unknown') throw badRequest('chat not found');
  return chat;
}

const publicChannel = (bot: Bot, name: string) =>
  [...bot.chats.values()].find(({ info }) => info.type === 'channel' && `@${info.username}` === name);

/** The chat that a call changes: a person who blocked the bot still lets it take its messages back. */
export function accessibleChat(call: MethodCall): Chat {
  const chat = chatOf(call);
  if (chat.refusal) throw refusedBy(chat.refusal);
  return chat;
}

/** The chat that a call writes to. */
export function writableChat(call: MethodCall): Chat {
  const chat = accessibleChat(call);
  if (chat.blocked) throw blockedByUser();
  return chat;
}

/** The message that a call is about; `what` completes "message to … not found". */
export function messageOf(chat: Chat, id: number | undefined, what: string): StoredMessage {
  const stored = id === undefined ? undefined : chat.messages.get(id);
  if (!stored) throw badRequest(`message to ${what} not found`);
  return stored;
}

/** Sends a new message by the bot and answers it as the Bot API does. */
export function deliver(call: MethodCall, chat: Chat, content: Content & Partial<Message>, markup: Markup): Message {
  const { bot, method } = call;
  const reply = repliedMessage(call, chat);
  const message: Message = {
    message_id: bot.nextMessageId(),
    ...(chat.info.type === 'channel' ? { sender_chat: chat.info } : { from: bot.user }),
    chat: chat.info,
    date: unixTime(call.now()),
    ...(reply ? { reply_to_message: reply } : {}),
    ...content,
    ...(markup.kind === 'inline' && markup.keyboard ? { reply_markup: markup.keyboard } : {}),
  };
  if (markup.kind === 'reply') chat.keyboard = markup.keyboard;
  if (markup.kind === 'remove') chat.keyboard = undefined;
  const frozen = ['reply', 'remove', 'force_reply'].includes(markup.kind);
  bot.store(chat, message, { byBot: true, frozen, method });
  return message;
}

function repliedMessage({ args }: MethodCall, chat: Chat): Message | undefined {
  const parameters = args.object('reply_parameters', 'reply parameters') as Record<string, unknown> | undefined;
  const id = parameters ? Number(parameters.message_id) : args.integer('reply_to_message_id');
  if (id === undefined) return undefined;
  const found = chat.messages.get(id);
  if (found) {
    const { reply_to_message: _, ...message } = found.message;
    return message;
  }
  if (parameters?.allow_sending_without_reply || args.flag('allow_sending_without_reply')) return undefined;
  throw badRequest('message to be replied not found');
}
