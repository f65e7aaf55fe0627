import { readMarkup } from '../keyboards.ts';
import { readCaption } from '../text.ts';
import type { Content, Message } from '../types.ts';
import { chatOf, deliver, type Method, messageOf, writableChat } from './call.ts';

/** What a copy carries over: the content, not the buttons. */
function contentOf(message: Message): Content {
  const { text, entities, caption, caption_entities, photo, document, video, sticker, contact } = message;
  const content = { text, entities, caption, caption_entities, photo, document, video, sticker, contact };
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));
}

const copyMessage: Method = (call) => {
  const { args, bot, rates } = call;
  const chat = writableChat(call);
  const { message } = messageOf(chatOf(call, 'from_chat_id'), args.integer('message_id'), 'copy');
  const content = contentOf(message);
  if (args.text('caption') !== undefined && content.text === undefined) {
    const { text, entities } = readCaption(args);
    delete content.caption_entities;
    content.caption = text;
    if (entities.length > 0) content.caption_entities = entities;
  }
  const markup = readMarkup(args);
  rates.spend(bot.user.id, chat.info.id, 1);
  return { message_id: deliver(call, chat, content, markup).message_id };
};

const forwardMessage: Method = (call) => {
  const { args, bot, rates } = call;
  const chat = writableChat(call);
  const { message } = messageOf(chatOf(call, 'from_chat_id'), args.integer('message_id'), 'forward');
  rates.spend(bot.user.id, chat.info.id, 1);
  const origin = originOf(message);
  return deliver(
    call,
    chat,
    { ...contentOf(message), ...(origin ? { forward_origin: origin } : {}) },
    { kind: 'none' },
  );
};

function originOf({ from, sender_chat, message_id, date }: Message): Message['forward_origin'] {
  if (from) return { type: 'user', sender_user: from, date };
  return sender_chat && { type: 'channel', chat: sender_chat, message_id, date };
}

export const copyMethods: Record<string, Method> = { copyMessage, forwardMessage };
