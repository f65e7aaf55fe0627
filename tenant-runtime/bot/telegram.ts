import http from 'node:http';
import https from 'node:https';
import { Api, GrammyError, HttpError, type Transformer } from 'grammy';
import { isDefinite, meaningOf, type Refusal } from '../../kernel/telegram.ts';

/** How a call to Telegram went, in terms of what to do next. */
export type Outcome<T> =
  | { kind: 'ok'; value: T }
  /** The person blocked the bot or is gone: nothing reaches them until they write again. */
  | { kind: 'unreachable'; description: string }
  /** Telegram will not take this request, however often it is made. */
  | { kind: 'refused'; description: string; means: Exclude<Refusal, 'unreachable'> }
  /** Again, not before `afterMs` milliseconds. The call may have had its effect, unless Telegram said that it was `untaken`. */
  | { kind: 'later'; afterMs: number; description: string; untaken?: boolean; unauthorized?: boolean };

/** The call never left this machine. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Makes a call and says what to do next. Faults that are not Telegram's are thrown. */
export async function attempt<T>(call: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'ok', value: await call() };
  } catch (error) {
    if (error instanceof GrammyError) return ofAnswer(error);
    if (error instanceof HttpError) {
      const { code = '' } = (error.error ?? {}) as { code?: string };
      const untaken = NEVER_CONNECTED.has(code);
      return { kind: 'later', afterMs: 1000, description: 'Telegram did not answer', untaken };
    }
    throw error;
  }
}

function ofAnswer(error: GrammyError): Outcome<never> {
  const { error_code: code, description, parameters } = error;
  if (code === 429) {
    return { kind: 'later', afterMs: (parameters.retry_after ?? 1) * 1000, description, untaken: true };
  }
  if (code === 401) return { kind: 'later', afterMs: 5000, description, untaken: true, unauthorized: true };
  if (!isDefinite(code)) return { kind: 'later', afterMs: 5000, description };
  const means = meaningOf(code, description);
  return means === 'unreachable' ? { kind: 'unreachable', description } : { kind: 'refused', description, means };
}

/** Telegram does not know this token, or not any more. */
export const isUnauthorized = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'later' && outcome.unauthorized === true;

/** Why an edit was refused. */
export type EditRefusal = { means: Exclude<Refusal, 'unreachable' | 'unchanged'>; description: string };

/**
 * Changes a message; where Telegram will not, whatever its words, shows it `anew`. A message that already says so counts as
 * changed. The value is what `anew` came to, and undefined when the message is still the one that there was.
 */
export async function editOr<T>(
  edit: () => Promise<unknown>,
  anew: (why: EditRefusal) => Promise<Outcome<T | undefined>>,
): Promise<Outcome<T | undefined>> {
  const edited = await attempt(edit);
  if (edited.kind === 'ok') return DONE;
  if (edited.kind !== 'refused') return edited;
  const { means, description } = edited;
  return means === 'unchanged' ? DONE : anew({ means, description });
}

/** Nothing is left to do. */
export const DONE = { kind: 'ok', value: undefined } as const;

/**
 * A client of the Bot API. `timeoutSeconds` bounds each call. It uses Node's own agents, which take the egress proxy where
 * there is one (NODE_USE_ENV_PROXY).
 */
export function createApi(token: string, apiRoot: string, timeoutSeconds = 15): Api {
  const agent = apiRoot.startsWith('https:') ? https.globalAgent : http.globalAgent;
  const api = new Api(token, { apiRoot, timeoutSeconds, baseFetchConfig: { compress: true, agent } });
  api.config.use(withoutEmptyRows);
  return api;
}

type Rows = readonly (readonly unknown[])[];

/** Keyboards are built row by row, and a row may get no button; Telegram is sent only rows with buttons. */
const withoutEmptyRows: Transformer = (call, method, payload, signal) => {
  const { reply_markup: markup } = payload as { reply_markup?: { inline_keyboard?: Rows; keyboard?: Rows } };
  const name = markup?.inline_keyboard ? 'inline_keyboard' : 'keyboard';
  const rows = markup?.[name];
  if (!rows?.some((row) => row.length === 0)) return call(method, payload, signal);
  const whole = { ...markup, [name]: rows.filter((row) => row.length > 0) };
  return call(method, { ...payload, reply_markup: whole } as typeof payload, signal);
};
