import { type Api, InputFile } from 'grammy';
import { AppError } from '../../../kernel/errors.ts';
import { createBotApi, refusalOf, telegramFault } from './bot-api.ts';

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
};

const FILE_DEADLINE_MS = 30_000;

/** The few calls that the control plane makes as the bots of the stores. */
export function createTelegram(apiRoot: string): Telegram {
  /** @returns undefined when Telegram refuses the call for good */
  async function unlessRefused<T>(
    token: string,
    signal: AbortSignal | undefined,
    // grammY has an AbortSignal type of its own, which the platform's satisfies.
    call: (api: Api, signal: never) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await call(createBotApi(token, apiRoot), signal as never);
    } catch (error) {
      signal?.throwIfAborted();
      if (refusalOf(error)) return undefined;
      throw telegramFault(error, apiRoot);
    }
  }

  async function ask<T>(...call: Parameters<typeof unlessRefused<T>>): Promise<T> {
    const answer = await unlessRefused(...call);
    if (answer !== undefined) return answer;
    throw new AppError('TELEGRAM_UNREACHABLE', `The Bot API at ${new URL(apiRoot).host} refuses the call.`);
  }

  return {
    async getMe(token, signal) {
      const { id, username } = await ask(token, signal, (api, until) => api.getMe(until));
      return { id, username };
    },
    async getWebhookInfo(token, signal) {
      const info = await ask(token, signal, (api, until) => api.getWebhookInfo(until));
      return { url: info.url ?? '', pending: info.pending_update_count, lastError: info.last_error_message ?? null };
    },
    async deleteWebhook(token, signal) {
      await ask(token, signal, (api, until) => api.deleteWebhook({}, until));
    },
    async download(token, fileId, signal) {
      const file = await unlessRefused(token, signal, (api, until) => api.getFile(fileId, until));
      if (!file) return undefined;
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(FILE_DEADLINE_MS)]);
      const address = `${apiRoot}/file/bot${token}/${file.file_path ?? ''}`;
      const response = await fetch(address, { signal: deadline, redirect: 'error' }).catch((error: Error) => {
        signal.throwIfAborted();
        const { code = 'fault' } = (error.cause ?? {}) as { code?: string };
        throw new AppError('TELEGRAM_UNREACHABLE', `The Bot API at ${new URL(apiRoot).host} gives no file (${code}).`);
      });
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
    },
    async uploadPhoto(token, chatId, bytes, signal) {
      const sent = await unlessRefused(token, signal, (api, until) =>
        api.sendPhoto(chatId, new InputFile(bytes, 'photo.jpg'), { disable_notification: true }, until),
      );
      if (!sent) return undefined;
      await unlessRefused(token, signal, (api, until) => api.deleteMessage(chatId, sent.message_id, until));
      return sent.photo.at(-1)?.file_id;
    },
  };
}
