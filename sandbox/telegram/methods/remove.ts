import { badRequest } from '../api-error.ts';
import type { Chat } from '../chat.ts';
import { accessibleChat, type Method, type MethodCall, unixTime } from './call.ts';

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

export const removeMethods: Record<string, Method> = { deleteMessage, deleteMessages };
