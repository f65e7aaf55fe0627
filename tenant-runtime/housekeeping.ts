import type { Clock } from '../kernel/clock.ts';
import type { Db } from '../kernel/db.ts';
import type { Log } from '../kernel/log.ts';

const DAY_MS = 86_400_000;

export type Housekeeping = { start(): void; stop(): void };

/** At the start and once a day, forgets what nothing will ask for again, and looks whether what must hold holds. */
export function createHousekeeping(deps: {
  db: Db;
  /** Each room knows what it may forget, and when, and what must hold. */
  chores: readonly ((on: Db, now: Date) => Promise<unknown>)[];
  clock: Clock;
  log: Log;
}): Housekeeping {
  let timer: NodeJS.Timeout | undefined;

  async function clean(): Promise<void> {
    try {
      for (const chore of deps.chores) await chore(deps.db, deps.clock.now());
    } catch (err) {
      deps.log.warn({ err }, 'housekeeping failed, will run again tomorrow');
    }
  }

  return {
    start() {
      void clean();
      timer = setInterval(() => void clean(), DAY_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}
