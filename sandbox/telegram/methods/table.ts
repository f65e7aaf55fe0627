import { badRequest } from '../api-error.ts';
import type { Chat } from '../chat.ts';
import { accessibleChat, type Method, type MethodCall, unixTime } from './call.ts';
import { copyMethods } from './copy.ts';
import { editMethods } from './edit.ts';
import { profileMethods } from './profile.ts';
import { sendMethods } from './send.ts';
import { updateMethods } from './updates.ts';

const MAX_AGE_SECONDS = 48 * 3600;

function remove(call: MethodCall, chat: Chat, id: number): void {
  chat.messages.delete(id);
  call.bot.note(chat, { kind: 'deleted', method: call.method, messageId: id });
}

/** In a private chat a bot may delete its own messages and the person's, for 48 hours. */
const deleteMessage: Method = (call) => {
  const chat = accessibleChat(call);
  const message = chat.messages.get(call.args.integer('message_id') ?? Number.NaN)?.message;
  if (!message) throw call.gone.delete();
  if (unixTime(call.now()) - message.date > MAX_AGE_SECONDS) throw badRequest("message can't be deleted for everyone");
  remove(call, chat, message.message_id);
  return true;
};

/** Messages that are not there are passed over. */
const deleteMessages: Method = (call) => {
  const chat = accessibleChat(call);
  const ids = call.args.object('message_ids', 'message identifiers');
  if (!Array.isArray(ids) || ids.length === 0) throw badRequest('message identifiers are not specified');
  if (ids.length > 100) throw badRequest('too many message identifiers specified');
  for (const id of ids.map(Number)) if (chat.messages.has(id)) remove(call, chat, id);
  return true;
};

const removeMethods: Record<string, Method> = { deleteMessage, deleteMessages };

/**
 * How long after a tap it takes an answer, by the sandbox's clock. Telegram says seconds to tens of seconds; who answers
 * later than this has lost the tap for sure.
 */
const ANSWER_MILLIS = 60_000;

const MAX_ANSWER = 200;

/** Ends the spinner on a tapped button. Each query takes one answer. */
const answerCallbackQuery: Method = ({ bot, args, method, now }) => {
  const id = args.text('callback_query_id') ?? '';
  const query = bot.queries.get(id);
  if (!query || query.answered || now().getTime() - query.at > ANSWER_MILLIS) {
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  }
  const text = args.text('text') ?? '';
  if (text.length > MAX_ANSWER) throw badRequest('MESSAGE_TOO_LONG');
  query.answered = true;
  bot.note(query.chat, { kind: 'answered', method, query: id, text, alert: args.flag('show_alert') });
  return true;
};

const callbackMethods: Record<string, Method> = { answerCallbackQuery };

const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;

const getFile: Method = ({ bot, args }) => {
  const id = args.text('file_id');
  if (!id) throw badRequest('file_id not specified');
  const file = bot.files.byId(id);
  if (!file) throw badRequest('invalid file_id');
  if (file.bytes.length > MAX_DOWNLOAD_BYTES) throw badRequest('file is too big');
  return { file_id: file.fileId, file_unique_id: file.uniqueId, file_size: file.bytes.length, file_path: file.path };
};

const fileMethods: Record<string, Method> = { getFile };

const all = {
  ...updateMethods,
  ...sendMethods,
  ...copyMethods,
  ...editMethods,
  ...removeMethods,
  ...callbackMethods,
  ...fileMethods,
  ...profileMethods,
};

const table = new Map(Object.entries(all).map(([name, method]) => [name.toLowerCase(), { name, method }]));

/** The method of a name, whose case does not matter, as on the real server. */
export function findMethod(name: string): { name: string; method: Method } | undefined {
  return table.get(name.toLowerCase());
}
