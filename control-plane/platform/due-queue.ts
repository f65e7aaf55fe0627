import type { Activate, BackgroundTask } from '../../kernel/background-tasks.ts';
import { errorMessage } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';

/** Work by key, each at its time: what a background task is to do for one store, or one incident. */
export type DueQueue<T> = {
  /** Lets the work of this key begin in so many milliseconds, now unless said otherwise, in place of what waited for it. */
  set(key: string, item: T, afterMs?: number): void;
  /** Whether work of this key waits or is being done. */
  has(key: string): boolean;
  task: BackgroundTask;
};

/**
 * Work of one key is never done twice at once, that of different keys side by side. What fails is logged, not repeated: the
 * work itself knows when it is worth another attempt.
 */
export function createDueQueue<T>(deps: {
  /** Of the task. */
  name: string;
  activate: Activate;
  log: Log;
  work(key: string, item: T, signal: AbortSignal): Promise<void>;
  /** Keys that are worked on side by side; as many as are due unless said otherwise. */
  concurrency?: number;
}): DueQueue<T> {
  const { name, activate, log, concurrency = Number.POSITIVE_INFINITY } = deps;
  const waiting = new Map<string, { at: number; item: T }>();
  const working = new Map<string, Promise<void>>();
  let nextAt = Number.POSITIVE_INFINITY;

  function begin(key: string, item: T, signal: AbortSignal): void {
    const work = deps
      .work(key, item, signal)
      .catch((err) => {
        if (!signal.aborted) log.error({ task: name, key, err, reason: errorMessage(err) }, 'work of a task failed');
      })
      .finally(() => {
        working.delete(key);
        if (waiting.size > 0) activate();
      });
    working.set(key, work);
  }

  async function run(signal: AbortSignal): Promise<number | undefined> {
    const now = performance.now();
    nextAt = Number.POSITIVE_INFINITY;
    for (const [key, { at, item }] of waiting) {
      if (at > now) nextAt = Math.min(nextAt, at);
      else if (!working.has(key) && working.size < concurrency) {
        waiting.delete(key);
        begin(key, item, signal);
      }
    }
    return Number.isFinite(nextAt) ? nextAt - now : undefined;
  }

  return {
    set(key, item, afterMs = 0) {
      const at = performance.now() + Math.max(0, afterMs);
      waiting.set(key, { at, item });
      if (at < nextAt) activate();
    },
    has: (key) => waiting.has(key) || working.has(key),
    task: {
      name,
      run,
      async onStop() {
        await Promise.all(working.values());
      },
    },
  };
}
