import type { BackgroundTask } from '../kernel/background-tasks.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Db } from '../kernel/db.ts';
import { errorMessage } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { StoreModule } from './module.ts';

const DAY_MS = 86_400_000;

/** At the start and once a day, does the housekeeping of every module. */
export function createHousekeeping(deps: {
  db: Db;
  modules: readonly Pick<StoreModule, 'name' | 'housekeeping'>[];
  clock: Clock;
  log: Log;
}): BackgroundTask {
  return {
    name: 'housekeeping',
    everyMs: DAY_MS,
    async run(signal) {
      for (const { name, housekeeping } of deps.modules) {
        if (signal.aborted) return;
        await housekeeping?.(deps.db, deps.clock.now()).catch((error) => {
          throw new Error(`${name}: ${errorMessage(error)}`, { cause: error });
        });
      }
    },
    retryMs: () => DAY_MS,
    onFailure: (err) => deps.log.warn({ err }, 'housekeeping failed, will run again tomorrow'),
  };
}
