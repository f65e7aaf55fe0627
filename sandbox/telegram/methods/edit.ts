import { isDeepStrictEqual } from 'node:util';
import { badRequest } from '../api-error.ts';
import type { Chat, StoredMessage } from '../chat.ts';
import { readInlineMarkup } from '../keyboards.ts';
import { readCaption, readText } from '../text.ts';
import type { Content, InlineKeyboard, Message } from '../types.ts';
import { type Method, type MethodCall, unixTime, writableChat } from './call.ts';
import { mediaParameter, readInputMedia } from './media.ts';

const CONTENT_KEYS = [
  'text',
  'entities',
  'caption',
  'caption_entities',
  'photo',
  'document',
  'video',
  'sticker',
  'contact',
];

/** The message that an edit names, if Telegram lets a bot edit it. */
function editable(call: MethodCall): { chat: Chat; stored: StoredMessage } {
  const chat = writableChat(call);
  if (call.args.text('inline_message_id') !== undefined) throw badRequest('MESSAGE_ID_INVALID');
  const stored = chat.messages.get(call.args.integer('message_id') ?? Number.NaN);
  if (!stored) throw call.gone.edit(call.method);
  if (!stored.byBot || stored.frozen || stored.message.forward_origin) throw uneditable(call);
  return { chat, stored };
}

const uneditable = ({ method }: MethodCall) =>
  badRequest(`message ${method === 'editMessageMedia' ? 'media ' : ''}can't be edited`);

/** Puts new content and buttons in the place of the old; the message keeps its id and its date. */
function replace(
  call: MethodCall,
  { chat, stored }: ReturnType<typeof editable>,
  content: Content,
  keyboard: InlineKeyboard | undefined,
): Message {
  const before = stored.message;
  const { edit_date: _, reply_markup: __, ...base } = before;
  const kept = Object.fromEntries(Object.entries(base).filter(([key]) => !CONTENT_KEYS.includes(key)));
  const next = { ...kept, ...content, ...(keyboard ? { reply_markup: keyboard } : {}) } as Message;
  const { edit_date: ___, ...comparable } = before;
  if (isDeepStrictEqual(comparable, next)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  call.rates.spend(call.bot.user.id, undefined, 1);
  stored.message = { ...next, edit_date: unixTime(call.now()) };
  call.bot.note(chat, { kind: 'edited', method: call.method, messageId: next.message_id, message: stored.message });
  return stored.message;
}

const editMessageText: Method = (call) => {
  const { text, entities } = readText(call.args);
  const target = editable(call);
  const keyboard = readInlineMarkup(call.args);
  if (target.stored.message.text === undefined) throw badRequest('there is no text in the message to edit');
  return replace(call, target, { text, ...(entities.length > 0 ? { entities } : {}) }, keyboard);
};

const editMessageCaption: Method = (call) => {
  const { text, entities } = readCaption(call.args);
  const target = editable(call);
  const keyboard = readInlineMarkup(call.args);
  const { photo, document, video } = target.stored.message;
  if (!photo && !document && !video) throw badRequest('there is no caption in the message to edit');
  const media: Content = photo ? { photo } : video ? { video } : { document };
  const words = text ? { caption: text, ...(entities.length > 0 ? { caption_entities: entities } : {}) } : {};
  return replace(call, target, { ...media, ...words }, keyboard);
};

/** Replaces media by media, or adds media to a text message, whose text is then gone. */
const editMessageMedia: Method = async (call) => {
  const target = editable(call);
  const keyboard = readInlineMarkup(call.args);
  const { photo, document, video, text } = target.stored.message;
  if (!photo && !document && !video && text === undefined) throw uneditable(call);
  const { content } = await readInputMedia(call, mediaParameter(call.args));
  return replace(call, target, content, keyboard);
};

const editMessageReplyMarkup: Method = (call) => {
  const target = editable(call);
  const keyboard = readInlineMarkup(call.args);
  const present = Object.fromEntries(
    Object.entries(target.stored.message).filter(([key, value]) => CONTENT_KEYS.includes(key) && value !== undefined),
  );
  return replace(call, target, present, keyboard);
};

export const editMethods: Record<string, Method> = {
  editMessageText,
  editMessageCaption,
  editMessageMedia,
  editMessageReplyMarkup,
};
