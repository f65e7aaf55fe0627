import type { Refusal } from './chat.ts';

export type ErrorParameters = { retry_after?: number };

/** A refusal as the Bot API words it. `description` is sent to the bot as it is. */
export class BotApiError extends Error {
  readonly code: number;
  readonly description: string;
  readonly parameters: ErrorParameters | undefined;

  constructor(code: number, description: string, parameters?: ErrorParameters) {
    super(description);
    this.name = 'BotApiError';
    this.code = code;
    this.description = description;
    this.parameters = parameters;
  }
}

export const badRequest = (what: string) => new BotApiError(400, `Bad Request: ${what}`);

export const tooManyRequests = (retryAfter: number) =>
  new BotApiError(429, `Too Many Requests: retry after ${retryAfter}`, { retry_after: retryAfter });

export const notFound = () => new BotApiError(404, 'Not Found');
export const unauthorized = () => new BotApiError(401, 'Unauthorized');
export const blockedByUser = () => new BotApiError(403, 'Forbidden: bot was blocked by the user');

const forbidden = (what: string) => new BotApiError(403, `Forbidden: ${what}`);

/** How Telegram words that a bot may not write to a chat. */
export function refusedBy(refusal: Refusal): BotApiError {
  switch (refusal) {
    case 'deactivated':
      return forbidden('user is deactivated');
    case 'never_started':
      return forbidden("bot can't initiate conversation with a user");
    case 'peer_id_invalid':
      return badRequest('PEER_ID_INVALID');
    case 'unknown':
      return badRequest('chat not found');
    case 'no_right':
      return badRequest('need administrator rights in the channel chat');
    case 'not_member':
      return forbidden('bot is not a member of the channel chat');
    case 'kicked':
      return forbidden('bot was kicked from the channel chat');
  }
}

export type BotApiAnswer = { ok: true; result: unknown } | BotApiFailure;
export type BotApiFailure = { ok: false; error_code: number; description: string; parameters?: ErrorParameters };

export function failure(error: BotApiError): BotApiFailure {
  return {
    ok: false,
    error_code: error.code,
    description: error.description,
    ...(error.parameters ? { parameters: error.parameters } : {}),
  };
}
