import { Api, GrammyError, HttpError } from 'grammy';
import { AppError } from '../../../kernel/errors.ts';
import { isDefinite, meaningOf, type Refusal } from '../../../kernel/telegram.ts';

const ANSWER_SECONDS = 10;

/** How every client of the Bot API is set up here; for long polls with a longer time-out. */
export const clientOptions = (apiRoot: string, timeoutSeconds = ANSWER_SECONDS) => ({
  apiRoot,
  timeoutSeconds,
  // The token is in the address: it goes nowhere else.
  baseFetchConfig: { redirect: 'error' as const },
});

/** The Bot API as the bot of a token. It throws grammY's errors, whose messages hold neither token nor address. */
export const createBotApi = (token: string, apiRoot: string, timeoutSeconds?: number): Api =>
  new Api(token, clientOptions(apiRoot, timeoutSeconds));

/** Telegram does not know this token, or not any more. */
export const isTokenFault = (error: unknown): boolean =>
  error instanceof GrammyError && (error.error_code === 401 || error.error_code === 404);

/** What Telegram means by refusing a call for good; undefined for what may go well another time, and for a lost token. */
export function refusalOf(error: unknown): { means: Refusal; description: string } | undefined {
  if (!(error instanceof GrammyError) || !isDefinite(error.error_code) || isTokenFault(error)) return undefined;
  const { description } = error;
  return { means: meaningOf(error.error_code, description), description };
}

/** What a failed call is to whoever knows nothing of grammY: TELEGRAM_TOKEN_REJECTED or TELEGRAM_UNREACHABLE. */
export function telegramFault(error: unknown, apiRoot: string): unknown {
  if (isTokenFault(error)) {
    return new AppError(
      'TELEGRAM_TOKEN_REJECTED',
      'Telegram does not know this bot token. Copy it again from @BotFather.',
    );
  }
  const why = error instanceof GrammyError ? `status ${error.error_code}` : causeOf(error);
  if (why === undefined) return error;
  return new AppError('TELEGRAM_UNREACHABLE', `The Bot API at ${new URL(apiRoot).host} does not answer (${why}).`);
}

/** The system's word for a failed request, such as ECONNREFUSED: the message of its error would hold the address. */
function causeOf(error: unknown): string | undefined {
  if (!(error instanceof HttpError)) return undefined;
  const { code, message = '' } = error.error as { code?: string; message?: string };
  return code ?? (message.includes('timed out') ? 'no answer in time' : 'fault');
}
