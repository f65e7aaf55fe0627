import { shortId } from '../../../kernel/ids.ts';
import { badRequest } from '../api-error.ts';
import type { FileKind } from '../files.ts';
import { readMarkup } from '../keyboards.ts';
import { readCaption, readText } from '../text.ts';
import { deliver, type Method, writableChat } from './call.ts';
import { fileContent, mediaParameter, readFile, readInputMedia } from './media.ts';

const CHAT_ACTIONS = [
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
];

const sendMessage: Method = (call) => {
  const chat = writableChat(call);
  const { text, entities } = readText(call.args);
  const markup = readMarkup(call.args);
  call.rates.spend(call.bot.user.id, chat.info.id, 1);
  return deliver(call, chat, { text, ...(entities.length > 0 ? { entities } : {}) }, markup);
};

const sendFile =
  (kind: FileKind): Method =>
  async (call) => {
    const chat = writableChat(call);
    const caption = readCaption(call.args);
    const markup = readMarkup(call.args);
    const file = await readFile(call, kind, kind);
    call.rates.spend(call.bot.user.id, chat.info.id, 1);
    return deliver(call, chat, fileContent(file, caption), markup);
  };

const sendMediaGroup: Method = async (call) => {
  const chat = writableChat(call);
  const list = mediaParameter(call.args);
  if (!Array.isArray(list)) throw badRequest("can't parse media JSON object");
  if (list.length < 2) throw badRequest('too few messages to send as an album');
  if (list.length > 10) throw badRequest('too many messages to send as an album');
  const media = [];
  for (const raw of list) media.push(await readInputMedia(call, raw));
  if (new Set(media.map((one) => one.kind === 'document')).size > 1) {
    throw badRequest("document can't be mixed with other media types");
  }
  call.rates.spend(call.bot.user.id, chat.info.id, list.length);
  const group = { media_group_id: shortId(16) };
  return media.map((one) => deliver(call, chat, { ...one.content, ...group }, { kind: 'none' }));
};

const sendChatAction: Method = (call) => {
  const chat = writableChat(call);
  const action = call.args.text('action') ?? '';
  if (!CHAT_ACTIONS.includes(action)) throw badRequest('wrong parameter action in request');
  call.bot.note(chat, { kind: 'action', method: call.method, text: action });
  return true;
};

export const sendMethods: Record<string, Method> = {
  sendMessage,
  sendPhoto: sendFile('photo'),
  sendVideo: sendFile('video'),
  sendDocument: sendFile('document'),
  sendSticker: sendFile('sticker'),
  sendMediaGroup,
  sendChatAction,
};
