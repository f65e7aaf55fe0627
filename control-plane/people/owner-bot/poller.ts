import type { Api } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import { backoffMs } from '../../../kernel/backoff.ts';
import type { Log } from '../../../kernel/log.ts';
import { isTokenFault } from '../../platform/telegram/index.ts';

const POLL_SECONDS = 25;
const RETRY = { firstMs: 1_000, maxMs: 60_000 };

/**
 * Asks Telegram for updates, one batch after the other, see decision 0003. An update is confirmed, by the next offset, only
 * once `handle` has taken it up; a database that is away makes it come again.
 */
export function ownerBotTask(deps: {
  api: Api;
  /** Each time that Telegram let this bot in. */
  onConnected(me: UserFromGetMe): Promise<void>;
  handle(update: Update): Promise<void>;
  log: Log;
}): BackgroundTask {
  const { api, handle, log } = deps;
  let offset = 0;
  let connected = false;
  let failed = 0;

  async function poll(signal: AbortSignal): Promise<void> {
    if (!connected) {
      const me = await api.getMe(signal as never);
      await api.deleteWebhook({}, signal as never);
      await deps.onConnected(me);
      connected = true;
    }
    const updates = await api.getUpdates(
      { offset, timeout: POLL_SECONDS, limit: 100, allowed_updates: ['message', 'callback_query'] },
      signal as never,
    );
    if (failed > 0) log.info({ failures: failed }, 'the owner bot hears from Telegram again');
    for (const update of updates) {
      await handle(update);
      offset = update.update_id + 1;
    }
    failed = 0;
  }

  return {
    name: 'owner-bot',
    everyMs: 0,
    run: poll,
    retryMs: (failures) => backoffMs(failures, RETRY),
    /** Logged aloud at the first failure of a row: a token that was revoked makes no noise. */
    onFailure(error, failures) {
      failed = failures;
      const isRefused = isTokenFault(error);
      // After a token that was refused, Telegram may know another bot by it.
      if (isRefused) connected = false;
      const level = failures > 1 ? 'debug' : isRefused ? 'error' : 'warn';
      log[level]({ err: error, failures }, 'the owner bot does not hear from Telegram, will try again');
    },
  };
}
