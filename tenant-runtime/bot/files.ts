import { type Api, InputFile } from 'grammy';
import type { Log } from '../../kernel/log.ts';
import type { Html } from './html.ts';
import { attempt } from './telegram.ts';

const TIMEOUT_MS = 30_000;

/** Fetches a file that a person sent to this bot; at most 20 MB, as the Bot API gives them out. */
export function createDownload(api: Api, apiRoot: string, token: string): (fileId: string) => Promise<Buffer> {
  return async (fileId) => {
    const { file_path: path } = await api.getFile(fileId);
    const response = await fetch(`${apiRoot}/file/bot${token}/${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`Telegram did not give out a file: HTTP ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  };
}

export type TextFile = { name: string; text: string; caption: Html };

/** Sends a text as a file, once; what goes wrong is logged. */
export function createSendFile(api: Api, log: Log): (chatId: number, file: TextFile) => void {
  return (chatId, { name, text, caption }) => {
    const document = new InputFile(Buffer.from(text, 'utf8'), name);
    void attempt(() => api.sendDocument(chatId, document, { caption, parse_mode: 'HTML' })).then(
      (outcome) => {
        if (outcome.kind !== 'ok') log.warn({ outcome }, 'a file was not taken by Telegram');
      },
      (err: unknown) => log.error({ err }, 'a file could not be sent'),
    );
  };
}
