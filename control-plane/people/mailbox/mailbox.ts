import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import { backoffMs } from '../../../kernel/backoff.ts';
import { errorMessage } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Sent } from '../../platform/telegram/index.ts';

/** One message a second per chat is what Telegram takes; meanwhile more may come and share the next. */
export const PACE_MS = 1100;
const RETRY = { firstMs: 2_000, maxMs: 5 * 60_000 };

/** What waits in one table for Telegram, as its sender needs it. */
export type Mailbox<M extends { chatId: number }> = {
  /** The next message of each chat, page by page: order holds within a chat, and one chat's trouble holds up no other. */
  pages(): AsyncIterable<readonly M[]>;
  /** Gives one to Telegram; undefined where it need not be sent any more. @throws when it must be tried later */
  send(message: M): Promise<Sent | undefined>;
  /** Keeps what became of it. */
  record(message: M, sent: Sent): Promise<void>;
  /** Milliseconds until something that waits now may be sent; undefined for not before an activation. */
  nextMs?(): Promise<number | undefined>;
};

/** Sends what waits in a mailbox, at the pace of Telegram: again until that has taken or refused it. */
export function mailboxTask<M extends { chatId: number }>(deps: {
  name: string;
  mailbox: Mailbox<M>;
  log: Log;
}): BackgroundTask {
  const { name, mailbox, log } = deps;

  /** @returns whether it waits on */
  async function deliver(message: M): Promise<boolean> {
    try {
      const sent = await mailbox.send(message);
      if (sent) await mailbox.record(message, sent);
      return false;
    } catch (err) {
      log.warn({ mailbox: name, chatId: message.chatId, err }, 'a message was not sent, will try again');
      return true;
    }
  }

  return {
    name,
    retryMs: (failures) => backoffMs(failures, RETRY),
    onFailure: (error, failures) =>
      log.debug({ mailbox: name, failures, reason: errorMessage(error) }, 'messages wait'),
    async run(signal) {
      let delivered = 0;
      let waiting = 0;
      for await (const page of mailbox.pages()) {
        for (const message of page) {
          // The message at work is awaited: one that is broken off may have been taken, and would be sent twice.
          if (signal.aborted) return undefined;
          if (await deliver(message)) waiting += 1;
          else delivered += 1;
        }
      }
      if (waiting > 0) throw new Error(`Telegram did not take ${waiting} messages`);
      return delivered > 0 ? PACE_MS : mailbox.nextMs?.();
    },
  };
}
