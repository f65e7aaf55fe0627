import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { pause } from '../../kernel/pause.ts';
import { attempt } from './telegram.ts';

export const ALLOWED_UPDATES = ['message', 'callback_query', 'my_chat_member'] as const;

const POLL_SECONDS = 25;

export type Poller = {
  start(): void;
  stop(): Promise<void>;
  /** Milliseconds since Telegram last answered a poll; Infinity before the first. */
  age(): number;
};

/**
 * Asks Telegram for updates. A batch is confirmed (by the next offset) only once each of its updates is committed, so a
 * crash or a database that is away loses none: they come again, and `update_id` keeps them from counting twice.
 */
export function createPoller(deps: {
  api: Api;
  handle(update: Update): Promise<void>;
  clock: Clock;
  log: Log;
}): Poller {
  const { api, handle, clock, log } = deps;
  const stopping = new AbortController();
  let lastAnswer: number | undefined;
  let loop: Promise<void> | undefined;
  let failures = 0;

  async function run(): Promise<void> {
    let offset = 0;
    while (!stopping.signal.aborted) {
      const polled = await attempt(() =>
        api.getUpdates(
          // The first question is answered at once: a store is ready when it has been heard, not 25 s later.
          {
            offset,
            timeout: lastAnswer === undefined ? 0 : POLL_SECONDS,
            limit: 100,
            allowed_updates: [...ALLOWED_UPDATES],
          },
          stopping.signal as never,
        ),
      );
      if (stopping.signal.aborted) return;
      if (polled.kind !== 'ok') {
        log.warn({ reason: polled.description }, 'polling failed, will try again');
        await pause(polled.kind === 'later' ? polled.afterMs : 3000, stopping.signal);
        continue;
      }
      lastAnswer = clock.now().getTime();
      const handled = await Promise.allSettled(polled.value.map(handle));
      const failed = handled.findIndex((result) => result.status === 'rejected');
      const reached = failed === -1 ? polled.value.at(-1) : polled.value[failed - 1];
      if (reached) offset = reached.update_id + 1;
      if (failed !== -1) {
        log.error({ err: (handled[failed] as PromiseRejectedResult).reason }, 'update not handled, will come again');
        await pause(Math.min(30_000, 500 * 2 ** failures++), stopping.signal);
      } else failures = 0;
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
    age: () => (lastAnswer === undefined ? Number.POSITIVE_INFINITY : clock.now().getTime() - lastAnswer),
  };
}
