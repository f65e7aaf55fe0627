import type { BackgroundTask } from '../kernel/background-tasks.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Db } from '../kernel/db.ts';
import type { Log } from '../kernel/log.ts';

const DAY_MS = 86_400_000;

/** At the start and once a day, forgets what nothing will ask for again, and checks whether what must hold holds. */
export function createHousekeeping(deps: {
  db: Db;
  /** Each module knows what it may forget, and when, and what must hold. */
  chores: readonly ((on: Db, now: Date) => Promise<unknown>)[];
  clock: Clock;
  log: Log;
}): BackgroundTask {
  return {
    name: 'housekeeping',
    everyMs: DAY_MS,
    async run(signal) {
      for (const chore of deps.chores) {
        if (signal.aborted) return;
        await chore(deps.db, deps.clock.now());
      }
    },
    retryMs: () => DAY_MS,
    onFailure: (err) => deps.log.warn({ err }, 'housekeeping failed, will run again tomorrow'),
  };
}
