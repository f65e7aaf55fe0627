import type { Api } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import type { Log } from '../../../kernel/log.ts';
import { pause } from '../../../kernel/pause.ts';
import { isTokenFault } from './telegram.ts';

const POLL_SECONDS = 25;
const LONGEST_PAUSE_MS = 60_000;

export type Poller = { start(): void; stop(): Promise<void> };

/**
 * Asks Telegram for updates, one batch after the other, see decision 0003. An update is confirmed, by the next offset, only
 * once `handle` has taken it up; a database that is away makes it come again.
 */
export function createPoller(deps: {
  api: Api;
  /** Each time that Telegram let this bot in. */
  onConnected(me: UserFromGetMe): Promise<void>;
  handle(update: Update): Promise<void>;
  log: Log;
}): Poller {
  const { api, handle, log } = deps;
  const stopping = new AbortController();
  let loop: Promise<void> | undefined;
  let failures = 0;

  /** Says it at the first failure of a row and waits longer after each: a token that was revoked makes no noise. */
  async function later(error: unknown): Promise<void> {
    failures += 1;
    const level = failures > 1 ? 'debug' : isTokenFault(error) ? 'error' : 'warn';
    log[level]({ err: error, failures }, 'the owner bot does not hear from Telegram, will try again');
    await pause(Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures), stopping.signal);
  }

  async function run(): Promise<void> {
    let offset = 0;
    let connected = false;
    while (!stopping.signal.aborted) {
      try {
        if (!connected) {
          const me = await api.getMe(stopping.signal as never);
          await api.deleteWebhook({}, stopping.signal as never);
          await deps.onConnected(me);
          connected = true;
        }
        const updates = await api.getUpdates(
          { offset, timeout: POLL_SECONDS, limit: 100, allowed_updates: ['message', 'callback_query'] },
          stopping.signal as never,
        );
        if (failures > 0) log.info({ failures }, 'the owner bot hears from Telegram again');
        for (const update of updates) {
          await handle(update);
          offset = update.update_id + 1;
        }
        failures = 0;
      } catch (error) {
        if (stopping.signal.aborted) return;
        // After a token that was refused, Telegram may know another bot by it.
        if (isTokenFault(error)) connected = false;
        await later(error);
      }
    }
  }

  return {
    start() {
      loop = run();
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
