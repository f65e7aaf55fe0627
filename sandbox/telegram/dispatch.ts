import type { Condition } from '../condition.ts';
import { DROPPED, type Faults } from '../faults/injector.ts';
import type { FaultView } from '../faults/rules.ts';
import type { Sequence } from '../sequence.ts';
import { type BotApiAnswer, BotApiError, failure, notFound, unauthorized } from './api-error.ts';
import type { Args } from './args.ts';
import type { Bot } from './bot.ts';
import type { GoneWords } from './gone.ts';
import { findMethod } from './methods/table.ts';
import type { Rates } from './rates.ts';

export type Answer = { status: number; body: BotApiAnswer };

/** Runs calls of the Bot API: finds bot and method, lets faults happen, writes the call down. */
export type Dispatch = (request: {
  token: string;
  method: string;
  args: Args;
  signal: AbortSignal;
}) => Promise<Answer | typeof DROPPED>;

export function createDispatch(deps: {
  botByToken: (token: string) => Bot | undefined;
  faults: Faults;
  rates: Rates;
  gone: GoneWords;
  sequence: Sequence;
  /** Rings after every recorded call. */
  called: Condition;
  now: () => Date;
}): Dispatch {
  const { botByToken, faults, rates, gone, sequence, called, now } = deps;

  return async ({ token, method: given, args, signal }) => {
    const bot = botByToken(token);
    if (!bot) return refused(unauthorized());
    const found = findMethod(given);
    const method = found?.name ?? given;
    const chatId = args.integer('chat_id');
    const record = (answer: Answer | undefined) => {
      // Polls would drown everything else.
      if (method === 'getUpdates') return;
      bot.calls.add({
        seq: sequence.next(),
        at: now().toISOString(),
        botId: bot.user.id,
        method,
        ...(chatId === undefined ? {} : { chatId }),
        params: { ...args.values },
        status: answer?.status ?? 0,
        response: answer?.body,
      });
      called.notify();
    };
    let reached = false;
    const run = async () => {
      const answer = await attempt(async () => {
        if (!found) throw notFound();
        return await found.method({ bot, method, args, now, rates, gone, signal });
      });
      reached = true;
      record(answer);
      return answer;
    };
    const subject = { target: 'telegram' as const, method, token, chatId, params: args.values };
    const answer = await faults.around(subject, run, faultAnswer, signal);
    if (!reached) record(answer === DROPPED ? undefined : answer);
    return answer;
  };
}

async function attempt(run: () => Promise<unknown>): Promise<Answer> {
  try {
    return { status: 200, body: { ok: true, result: await run() } };
  } catch (error) {
    if (error instanceof BotApiError) return refused(error);
    throw error;
  }
}

const refused = (error: BotApiError): Answer => ({ status: error.code, body: failure(error) });

function faultAnswer(rule: FaultView): Answer {
  const described = (code: number, description: string) => new BotApiError(code, rule.description ?? description);
  switch (rule.kind) {
    case '429':
      return refused(
        new BotApiError(429, rule.description ?? `Too Many Requests: retry after ${rule.retryAfter}`, {
          retry_after: rule.retryAfter,
        }),
      );
    case '401':
      return refused(described(401, 'Unauthorized'));
    case '403':
      return refused(described(403, 'Forbidden: bot was blocked by the user'));
    case '400':
      return refused(described(400, 'Bad Request: chat not found'));
    case 'answer':
      return { status: rule.status ?? 200, body: rule.body as BotApiAnswer };
    default:
      return refused(described(rule.status ?? 502, 'Bad Gateway'));
  }
}
