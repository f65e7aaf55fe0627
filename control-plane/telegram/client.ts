import { AppError, errorMessage } from '../../kernel/errors.ts';

export type Telegram = {
  /** @throws AppError TELEGRAM_TOKEN_REJECTED, TELEGRAM_UNREACHABLE */
  getMe(token: string, signal?: AbortSignal): Promise<{ id: number; username: string }>;
  getWebhookInfo(token: string, signal?: AbortSignal): Promise<{ url: string; lastError: string | null }>;
  deleteWebhook(token: string, signal?: AbortSignal): Promise<void>;
};

const ANSWER_WITHIN_MS = 10_000;

/** The few calls of the Bot API that the control plane makes itself. The token is in the address, so no address is told. */
export function createTelegram(apiRoot: string): Telegram {
  async function call<T>(token: string, method: string, signal?: AbortSignal): Promise<T> {
    const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const response = await fetch(`${apiRoot}/bot${token}/${method}`, {
      method: 'POST',
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    }).catch((error: Error) => {
      if (signal?.aborted) throw signal.reason;
      throw unreachable(timeout.aborted ? 'no answer in time' : causeOf(error));
    });
    const body = (await response.json().catch(() => ({}))) as { ok?: boolean; result?: T; description?: string };
    if (response.ok && body.ok && body.result !== undefined) return body.result;
    if (response.status === 401 || response.status === 404) {
      throw new AppError(
        'TELEGRAM_TOKEN_REJECTED',
        'Telegram does not know this bot token. Copy it again from @BotFather.',
      );
    }
    throw unreachable(`status ${response.status}`);
  }

  return {
    async getMe(token, signal) {
      const me = await call<{ id: number; username?: string }>(token, 'getMe', signal);
      return { id: me.id, username: me.username ?? '' };
    },
    async getWebhookInfo(token, signal) {
      const info = await call<{ url: string; last_error_message?: string }>(token, 'getWebhookInfo', signal);
      return { url: info.url, lastError: info.last_error_message ?? null };
    },
    async deleteWebhook(token, signal) {
      await call<boolean>(token, 'deleteWebhook', signal);
    },
  };

  function unreachable(why: string): AppError {
    return new AppError('TELEGRAM_UNREACHABLE', `The Bot API at ${new URL(apiRoot).host} does not answer (${why}).`);
  }
}

/** The system's word for a failed fetch, such as ECONNREFUSED; its message would hold the address. */
function causeOf(error: Error): string {
  const { code } = (error.cause ?? {}) as { code?: string };
  return code ?? errorMessage(error).split(':')[0] ?? 'fault';
}
