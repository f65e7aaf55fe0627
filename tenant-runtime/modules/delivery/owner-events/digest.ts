import type { BackgroundTask } from '../../../../kernel/background-tasks.ts';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Db } from '../../../../kernel/db.ts';
import type { Log } from '../../../../kernel/log.ts';
import { digest } from './copy.ts';
import type { OwnerEvents } from './service.ts';
import { salesOfDay, wasTold } from './sql.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Tells the owners each morning what the day before came to; a store that was down then tells it when it is back. */
export function createDigest(deps: {
  db: Db;
  owners: Pick<OwnerEvents, 'notify'>;
  timeZone: string;
  clock: Clock;
  log: Log;
}): BackgroundTask {
  const { db, timeZone } = deps;
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  return {
    name: 'sales-digest',
    everyMs: HOUR_MS,
    async run() {
      const yesterday = dayOf.format(deps.clock.now().getTime() - DAY_MS);
      const cause = `digest:${yesterday}`;
      if (!(await wasTold(db, cause))) {
        await db.tx(async (tx) => {
          const sales = await salesOfDay(tx, yesterday, timeZone);
          await deps.owners.notify(tx, { cause, kind: 'digest', text: digest(yesterday, sales) });
        });
      }
    },
    onFailure: (err) => deps.log.warn({ err }, 'the digest waits, will try again'),
  };
}
