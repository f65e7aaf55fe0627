import type { Clock } from '../kernel/clock.ts';
import type { Db } from '../kernel/db.ts';
import type { Log } from '../kernel/log.ts';

const DAY_MS = 86_400_000;
/** Telegram repeats an update for a day at most; sent messages are kept a month for whoever asks what was sent. */
const KEEP_UPDATES_DAYS = 3;
const KEEP_OUTBOX_DAYS = 30;

export type Housekeeping = { start(): void; stop(): void; clean(): Promise<void> };

/** At the start and once a day, forgets what nothing will ask for again. */
export function createHousekeeping(deps: {
  db: Db;
  /** What rooms have reasons of their own to forget. */
  purges: readonly ((on: Db) => Promise<unknown>)[];
  clock: Clock;
  log: Log;
}): Housekeeping {
  let timer: NodeJS.Timeout | undefined;

  async function clean(): Promise<void> {
    const now = deps.clock.now().getTime();
    const before = (days: number) => new Date(now - days * DAY_MS);
    try {
      await deps.db.query('DELETE FROM updates WHERE handled_at < $1', [before(KEEP_UPDATES_DAYS)]);
      await deps.db.query('DELETE FROM outbox WHERE (sent_at IS NOT NULL OR refused IS NOT NULL) AND created_at < $1', [
        before(KEEP_OUTBOX_DAYS),
      ]);
      await deps.db.query('DELETE FROM owner_events WHERE taken_at < $1', [before(KEEP_OUTBOX_DAYS)]);
      for (const purge of deps.purges) await purge(deps.db);
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
    clean,
  };
}
