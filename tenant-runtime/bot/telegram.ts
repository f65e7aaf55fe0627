import { Api, GrammyError, HttpError } from 'grammy';

/** How a call to Telegram went, in terms of what to do next. */
export type Outcome<T> =
  | { kind: 'ok'; value: T }
  /** The person blocked the bot or is gone: nothing reaches them until they write again. */
  | { kind: 'unreachable'; description: string }
  /** Telegram will not take this request, however often it is made. */
  | { kind: 'refused'; description: string }
  /** Again, not before `afterMs` milliseconds. The call may have had its effect, unless Telegram said that it was `untaken`. */
  | { kind: 'later'; afterMs: number; description: string; untaken?: boolean; unauthorized?: boolean };

/** Makes a call and says what to do next. Faults that are not Telegram's are thrown. */
export async function attempt<T>(call: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'ok', value: await call() };
  } catch (error) {
    if (error instanceof GrammyError) return ofAnswer(error);
    if (error instanceof HttpError) return { kind: 'later', afterMs: 1000, description: 'Telegram did not answer' };
    throw error;
  }
}

function ofAnswer(error: GrammyError): Outcome<never> {
  const { error_code: code, description, parameters } = error;
  if (code === 429) {
    return { kind: 'later', afterMs: (parameters.retry_after ?? 1) * 1000, description, untaken: true };
  }
  if (code === 403 || /chat not found|user is deactivated/i.test(description)) {
    return { kind: 'unreachable', description };
  }
  if (code === 401) return { kind: 'later', afterMs: 5000, description, untaken: true, unauthorized: true };
  if (code >= 500) return { kind: 'later', afterMs: 5000, description };
  return { kind: 'refused', description };
}

/** Telegram does not know this token, or not any more. */
export const isUnauthorized = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'later' && outcome.unauthorized === true;

/** The message already shows this: an edit that was made before. */
export const isUnchanged = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'refused' && outcome.description.includes('message is not modified');

/** The message is gone, or too old to change. */
export const isUneditable = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'refused' &&
  /message to edit not found|message can't be edited|there is no text in the message|there is no caption/i.test(
    outcome.description,
  );

/** The file_id belongs to another bot, or Telegram holds the file no more. */
export const isFileUnknown = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'refused' && /wrong (remote )?file.?id|invalid file.?id/i.test(outcome.description);

/** A client of the Bot API. `timeoutSeconds` bounds each call. */
export function createApi(token: string, apiRoot: string, timeoutSeconds = 15): Api {
  return new Api(token, { apiRoot, timeoutSeconds });
}
