import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { pause } from '../../kernel/pause.ts';
import { createInFlight } from './in-flight.ts';
import { attempt } from './telegram.ts';

export const ALLOWED_UPDATES = ['message', 'callback_query', 'my_chat_member'] as const;

const POLL_SECONDS = 25;

export type Poller = {
  start(): void;
  stop(): Promise<void>;
  /** Milliseconds since Telegram last answered a poll; Infinity before the first. */
  age(): number;
};

/** While something is under way it is looked for more this often, in milliseconds; longer apart while nothing comes. */
const NAP_MS = { shortest: 20, longest: 250 };

/**
 * Asks Telegram for updates, and goes on asking while some are being handled: nobody waits for another person's slow update.
 * An update is confirmed (by the offset) only once it and all before it are committed, so that a crash or a database that is
 * away loses none: they come again, and `update_id` keeps them from counting twice. Telegram gives out the hundred oldest
 * that are not confirmed: so many are under way at most.
 */
export function createPoller(deps: {
  api: Api;
  handle(update: Update): Promise<void>;
  clock: Clock;
  log: Log;
}): Poller {
  const { api, clock, log } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const inFlight = createInFlight({
    handle: deps.handle,
    signal,
    onFailure: (err) => log.error({ err }, 'update not handled, will be tried again'),
  });
  let lastAnswer: number | undefined;
  let loop: Promise<void> | undefined;

  async function run(): Promise<void> {
    let nap = NAP_MS.shortest;
    while (!signal.aborted) {
      // The first question is answered at once: a store is ready when it has been heard, not 25 s later.
      const atOnce = lastAnswer === undefined || inFlight.size() > 0;
      const polled = await attempt(() =>
        api.getUpdates(
          {
            offset: inFlight.offset(),
            timeout: atOnce ? 0 : POLL_SECONDS,
            limit: 100,
            allowed_updates: [...ALLOWED_UPDATES],
          },
          signal as never,
        ),
      );
      if (signal.aborted) return;
      if (polled.kind !== 'ok') {
        log.warn({ reason: polled.description }, 'polling failed, will try again');
        await pause(polled.kind === 'later' ? polled.afterMs : 3000, signal);
        continue;
      }
      lastAnswer = clock.now().getTime();
      nap = inFlight.take(polled.value) > 0 ? NAP_MS.shortest : Math.min(NAP_MS.longest, nap * 2);
      if (inFlight.size() > 0) await Promise.race([inFlight.idle(), pause(nap, signal)]);
    }
  }

  return {
    start() {
      loop = run();
    },
    async stop() {
      stopping.abort();
      await loop;
      await inFlight.idle();
    },
    age: () => (lastAnswer === undefined ? Number.POSITIVE_INFINITY : clock.now().getTime() - lastAnswer),
  };
}
