import { badRequest } from '../api-error.ts';
import type { Method } from './call.ts';

/**
 * How long after a tap it takes an answer, by the sandbox's clock. Telegram says seconds to tens of seconds; who answers
 * later than this has lost the tap for sure.
 */
export const ANSWER_MILLIS = 60_000;
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
  bot.note(query.chat, { kind: 'answered', method, text, alert: args.flag('show_alert') });
  return true;
};

export const callbackMethods: Record<string, Method> = { answerCallbackQuery };
