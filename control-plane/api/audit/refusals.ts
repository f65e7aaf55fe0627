import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import type { ErrorCode } from '../../../kernel/errors.ts';
import type { Caller } from '../caller.ts';
import type { Audit } from './service.ts';

export type Refusals = {
  /** Records that somebody was refused; what equals it within ten minutes is counted, and recorded once more at their end. */
  record(caller: Caller, target: string, result?: ErrorCode): Promise<void>;
  /** Records what was counted. */
  task: BackgroundTask;
};

type Window = { caller: Caller; target: string; result: ErrorCode; since: Date; more: number };

const WINDOW_MS = 10 * 60_000;
const FLUSH_MS = 60_000;

/** Whoever may do little must not fill the audit log with it. What is counted is lost with the process; its beginning is not. */
export function createRefusals({ db, clock, audit }: { db: Db; clock: Clock; audit: Audit }): Refusals {
  const windows = new Map<string, Window>();

  async function end(key: string, { caller, target, result, since, more }: Window): Promise<void> {
    windows.delete(key);
    if (more === 0) return;
    const after = { more, since: since.toISOString() };
    await audit.record(db, caller, { action: 'denied', target, after, result });
  }

  async function flush(olderThanMs: number): Promise<void> {
    const now = clock.now().getTime();
    for (const [key, window] of windows) if (now - window.since.getTime() >= olderThanMs) await end(key, window);
  }

  return {
    async record(caller, target, result = 'FORBIDDEN') {
      const key = `${caller.actor} ${target} ${result}`;
      const since = clock.now();
      const known = windows.get(key);
      if (known && since.getTime() - known.since.getTime() < WINDOW_MS) {
        known.more += 1;
        return;
      }
      if (known) await end(key, known);
      windows.set(key, { caller, target, result, since, more: 0 });
      await audit.record(db, caller, { action: 'denied', target, result });
    },
    task: {
      name: 'refusals',
      everyMs: FLUSH_MS,
      waitsAtStart: true,
      run: async () => flush(WINDOW_MS),
      onStop: () => flush(0),
    },
  };
}
