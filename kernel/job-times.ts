import type { Clock as BossClock, PgBoss } from 'pg-boss';
import type { Clock } from './clock.ts';

/** A clock that is further off than this has been set. */
const SET_MS = 1000;

/**
 * The time of `clock` for pg-boss, as long as it goes forward, however far it jumps. Set back, it goes on from where it was:
 * pg-boss waits for a moment of its clock before it looks for what is due, and would wait for as long as the clock was
 * set back. It learns what time the database has by itself.
 */
export function neverBack(clock: Clock): BossClock {
  let known = clock.now().getTime() - performance.now();
  let ahead = known;
  return {
    now() {
      const steady = performance.now();
      const offset = clock.now().getTime() - steady;
      if (Math.abs(offset - known) > SET_MS) {
        ahead += Math.max(0, offset - known);
        known = offset;
      }
      return steady + ahead;
    },
    setTimeout: (work, ms) => setTimeout(work, ms),
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
    setInterval: (work, ms) => setInterval(work, ms),
    clearInterval: (timer) => clearInterval(timer as NodeJS.Timeout),
  };
}

/** What pg-boss calls the queue by which schedules send (its `QUEUES.SEND_IT`). */
const SENT_BY_SCHEDULES = '__pgboss__send-it';

/**
 * Takes back what pg-boss wrote down with times that have not come yet, because the clock was ahead and was set back: it would
 * send nothing by schedules until then, would take a turn that comes for one that it has sent, and jobs would wait. What
 * is due may be sent once more for it. A minute's difference between two clocks is none.
 */
export async function takeBackFuture(boss: PgBoss, schema: string): Promise<void> {
  const [now, soon] = [`${schema}.job_now()`, `${schema}.job_now() + interval '1 minute'`];
  const run = (sql: string, values: unknown[] = []) => boss.getDb().executeSql(sql, values);
  await run(`DELETE FROM ${schema}.job WHERE name = $1 AND singleton_on > (${soon}) AT TIME ZONE 'UTC'`, [
    SENT_BY_SCHEDULES,
  ]);
  await run(
    `UPDATE ${schema}.job SET start_after = ${now}
     WHERE state IN ('created', 'retry') AND created_on > ${soon} AND start_after > ${now}`,
  );
  await run(`UPDATE ${schema}.version SET cron_on = ${now} WHERE cron_on > ${soon}`);
}
