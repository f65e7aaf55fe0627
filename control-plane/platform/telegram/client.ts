import { AppError, errorMessage } from '../../../kernel/errors.ts';

export type Telegram = {
  /** @throws AppError TELEGRAM_TOKEN_REJECTED, TELEGRAM_UNREACHABLE */
  getMe(token: string, signal?: AbortSignal): Promise<{ id: number; username: string }>;
  getWebhookInfo(
    token: string,
    signal?: AbortSignal,
  ): Promise<{ url: string; pending: number; lastError: string | null }>;
  deleteWebhook(token: string, signal?: AbortSignal): Promise<void>;
  /** The bytes of a file of this bot; undefined when Telegram gives it out no more, or it is beyond 20 MB. */
  download(token: string, fileId: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Hands a photo to a bot in a chat, where it is deleted again. @returns its id for this bot; undefined when the chat refuses it */
  uploadPhoto(
    token: string,
    chatId: number,
    bytes: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** Plain text to a chat. @returns why Telegram will never take it, such as a chat that was not started; undefined once it has */
  sendMessage(token: string, chatId: number, text: string, signal?: AbortSignal): Promise<string | undefined>;
};

const ANSWER_WITHIN_MS = 10_000;
const FILE_WITHIN_MS = 30_000;

/** The few calls of the Bot API that the control plane makes itself. The token is in the address, so no address is told. */
export function createTelegram(apiRoot: string): Telegram {
  type Body = { ok?: boolean; result?: unknown; description?: string };

  async function ask(token: string, method: string, fields?: URLSearchParams | FormData, signal?: AbortSignal) {
    const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const response = await fetch(`${apiRoot}/bot${token}/${method}`, {
      method: 'POST',
      ...(fields ? { body: fields } : {}),
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    }).catch((error: Error) => {
      if (signal?.aborted) throw signal.reason;
      throw unreachable(timeout.aborted ? 'no answer in time' : causeOf(error));
    });
    return { status: response.status, body: (await response.json().catch(() => ({}))) as Body };
  }

  function fault(status: number): AppError {
    if (status !== 401 && status !== 404) return unreachable(`status ${status}`);
    return new AppError(
      'TELEGRAM_TOKEN_REJECTED',
      'Telegram does not know this bot token. Copy it again from @BotFather.',
    );
  }

  async function call<T>(token: string, method: string, signal?: AbortSignal): Promise<T> {
    const { status, body } = await ask(token, method, undefined, signal);
    if (status === 200 && body.ok && body.result !== undefined) return body.result as T;
    throw fault(status);
  }

  return {
    async getMe(token, signal) {
      const me = await call<{ id: number; username?: string }>(token, 'getMe', signal);
      return { id: me.id, username: me.username ?? '' };
    },
    async getWebhookInfo(token, signal) {
      const info = await call<{ url: string; pending_update_count?: number; last_error_message?: string }>(
        token,
        'getWebhookInfo',
        signal,
      );
      return { url: info.url, pending: info.pending_update_count ?? 0, lastError: info.last_error_message ?? null };
    },
    async deleteWebhook(token, signal) {
      await call<boolean>(token, 'deleteWebhook', signal);
    },
    async download(token, fileId, signal) {
      const { status, body } = await ask(token, 'getFile', new URLSearchParams({ file_id: fileId }), signal);
      if (status === 400) return undefined;
      if (status !== 200) throw fault(status);
      const { file_path: path = '' } = body.result as { file_path?: string };
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(FILE_WITHIN_MS)]);
      const response = await fetch(`${apiRoot}/file/bot${token}/${path}`, { signal: timeout }).catch((error: Error) => {
        if (signal.aborted) throw signal.reason;
        throw unreachable(causeOf(error));
      });
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
    },
    async uploadPhoto(token, chatId, bytes, signal) {
      const fields = new FormData();
      fields.set('chat_id', String(chatId));
      fields.set('disable_notification', 'true');
      fields.set('photo', new Blob([bytes]), 'photo.jpg');
      const { status, body } = await ask(token, 'sendPhoto', fields, signal);
      if (status === 400 || status === 403) return undefined;
      if (status !== 200) throw fault(status);
      const sent = body.result as { message_id: number; photo?: { file_id: string }[] };
      const place = new URLSearchParams({ chat_id: String(chatId), message_id: String(sent.message_id) });
      await ask(token, 'deleteMessage', place, signal);
      return sent.photo?.at(-1)?.file_id;
    },
    async sendMessage(token, chatId, text, signal) {
      const fields = new URLSearchParams({
        chat_id: String(chatId),
        text,
        link_preview_options: '{"is_disabled":true}',
      });
      const { status, body } = await ask(token, 'sendMessage', fields, signal);
      if (status === 200 && body.ok) return undefined;
      if (status === 400 || status === 403) return body.description ?? `status ${status}`;
      throw fault(status);
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
