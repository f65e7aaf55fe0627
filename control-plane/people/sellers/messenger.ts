import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import { backoffMs } from '../../../kernel/backoff.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Telegram } from '../../platform/telegram/index.ts';
import { isUnsaid, markRefused, markSaid, type SellerMessage, selectUnsaid } from './sql.ts';

const PAGE = 100;
const RETRY = { firstMs: 2_000, maxMs: 5 * 60_000 };

/** Says what waits for the sellers, each message with the bot of its own store. One store's trouble holds up no other. */
export function sellerMessagesTask(deps: {
  db: Db;
  clock: Clock;
  log: Log;
  telegram: Telegram;
  /** Token of a store's bot; undefined when it has none. */
  tokenOf(tenantId: string): Promise<string | undefined>;
}): BackgroundTask {
  const { db, clock, log, telegram } = deps;

  async function say({ id, tenant_id: tenantId, chat_id: chatId, text }: SellerMessage): Promise<'done' | 'later'> {
    try {
      if (!(await isUnsaid(db, id))) return 'done';
      const token = await deps.tokenOf(tenantId);
      const refused = token === undefined ? 'no bot' : await telegram.sendMessage(token, chatId, text);
      if (refused === undefined) await markSaid(db, id, clock.now());
      else await markRefused(db, id, refused);
      return 'done';
    } catch (error) {
      if (error instanceof AppError && error.code === 'TELEGRAM_TOKEN_REJECTED') {
        await markRefused(db, id, error.message);
        return 'done';
      }
      log.warn({ tenantId, err: error }, 'a seller could not be told, will try again');
      return 'later';
    }
  }

  return {
    name: 'seller-messages',
    retryMs: (failures) => backoffMs(failures, RETRY),
    async run(signal) {
      let held = false;
      for (let after = 0; ; ) {
        const page = await selectUnsaid(db, after, PAGE);
        for (const message of page) {
          // The message at work is awaited: one that is broken off may have been taken, and would be said twice.
          if (signal.aborted) return;
          if ((await say(message)) === 'later') held = true;
        }
        after = page.at(-1)?.id ?? after;
        if (page.length < PAGE) break;
      }
      if (held) throw new Error('Telegram did not take a message');
    },
  };
}
