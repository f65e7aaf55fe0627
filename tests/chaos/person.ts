import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatClient, MessageView } from '../../sandbox/client.ts';

/** Somebody with a phone, who presses again when nothing happens. */
export type Person = {
  readonly chat: ChatClient;
  /** Acts until an answer like this is there; undefined when there is none after several tries, or nothing to press. */
  until(act: () => Promise<unknown>, answer: RegExp | string, options?: Patience): Promise<MessageView | undefined>;
  /** The first of both that comes: a message like this, or a toast like that. */
  either(message: RegExp, toast: RegExp, timeoutMs: number): Promise<MessageView | 'toast' | undefined>;
  /** Waits for a message as long as patience lasts; undefined when it did not come. */
  see(answer: RegExp | string, timeoutMs: number, since?: number): Promise<MessageView | undefined>;
  /** Does something that the sandbox may refuse, such as pressing a button that went meanwhile. */
  try(act: () => Promise<unknown>): Promise<boolean>;
};

export type Patience = { tries?: number; eachMs?: number };

/** The shop takes five actions a second apart or less for spam; whoever pauses after three is never near it. */
const ACTIONS = 3;
const PAUSE_MS = 1150;

/**
 * @param gone aborts when the run is given up: whoever acts then throws
 * @param hurried staff, whom the shop lets act as fast as they like
 */
export function createPerson(chat: ChatClient, gone: AbortSignal, hurried = false): Person {
  const acted: number[] = [];

  async function pace(): Promise<void> {
    gone.throwIfAborted();
    const now = performance.now();
    const [oldest] = acted.slice(-ACTIONS);
    if (!hurried && acted.length >= ACTIONS && now - oldest! < ACTIONS * PAUSE_MS) await sleep(PAUSE_MS);
    acted.push(performance.now());
  }

  async function attempt(act: () => Promise<unknown>): Promise<boolean> {
    await pace();
    return act().then(
      () => true,
      () => false,
    );
  }

  const see: Person['see'] = (answer, timeoutMs, since) =>
    chat.waitFor(answer, { timeoutMs, ...(since === undefined ? {} : { since }) }).catch(() => undefined);

  return {
    chat,
    see,
    try: attempt,
    async until(act, answer, { tries = 6, eachMs = 3000 } = {}) {
      for (let made = 0; made < tries; made += 1) {
        if (!(await attempt(act))) {
          await sleep(PAUSE_MS);
          continue;
        }
        const seen = await see(answer, eachMs);
        if (seen) return seen;
      }
      return undefined;
    },
    async either(message, toast, timeoutMs) {
      const seen = see(message, timeoutMs);
      const refused = chat.waitForToast(toast, { timeoutMs }).then(
        () => 'toast' as const,
        () => undefined,
      );
      return (await Promise.race([seen, refused])) ?? (await seen) ?? refused;
    },
  };
}
