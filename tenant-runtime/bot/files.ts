import type { Api } from 'grammy';

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
