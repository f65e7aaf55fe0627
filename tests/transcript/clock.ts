import { expect } from 'vitest';
import type { TestDatabase } from '../support/postgres.ts';
import type { TestClock } from '../support/store.ts';

/** A clock that stands still between two acts, for the store, the sandbox and the database alike. */
export type TranscriptClock = TestClock & {
  /** Before the store starts: from here on, the database's `now()` is this clock. */
  govern(database: TestDatabase): Promise<void>;
  /** Moves it on for all of them. */
  pass(millis: number): Promise<void>;
  /** Moves it on to a time of day, such as `09.30`. */
  until(time: string): Promise<void>;
};

const UNDER_WAY = `SELECT (SELECT count(*) FROM deliveries WHERE status = 'pending')
                        + (SELECT count(*) FROM broadcasts WHERE status = 'running') AS n`;

/** @param day such as `2026-03-02`; the clock starts there at seven in the morning in Jakarta. */
export function transcriptClock(day: string): TranscriptClock {
  let at = Date.parse(`${day}T07:00:00+07:00`);
  let governed: TestDatabase | undefined;
  const underWay = async () => {
    const [row] = (await governed?.db.query<{ n: number }>(UNDER_WAY)) ?? [];
    return row?.n ?? 0;
  };
  const clock: TranscriptClock = {
    now: () => new Date(at),
    advance(millis) {
      at += millis;
    },
    async govern(database) {
      governed = database;
      await database.db.query('CREATE SCHEMA transcript');
      await database.db.query('CREATE TABLE transcript.clock AS SELECT $1::timestamptz AS at', [clock.now()]);
      // In this database alone, and in place of the system's: sessions pin their search path.
      await database.db.query('ALTER FUNCTION pg_catalog.now() RENAME TO real_now');
      await database.db.query(
        "CREATE FUNCTION pg_catalog.now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT at FROM transcript.clock'",
      );
      const columns = await database.db.query<{ table: string; column: string }>(
        `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
          WHERE table_schema = 'public' AND column_default = 'real_now()'`,
      );
      for (const { table, column } of columns) {
        await database.db.query(`ALTER TABLE public.${table} ALTER COLUMN ${column} SET DEFAULT now()`);
      }
    },
    async pass(millis) {
      // What is under way is written down at the time of the act that began it.
      await expect.poll(underWay, { timeout: 30_000 }).toBe(0);
      clock.advance(millis);
      await governed?.db.query('UPDATE transcript.clock SET at = $1', [clock.now()]);
    },
    async until(time) {
      const [hour = 0, minute = 0] = time.split('.').map(Number);
      const target = Date.parse(`${day}T00:00:00+07:00`) + (hour * 60 + minute) * 60_000;
      if (target < at) throw new Error(`It is later than ${time} on the transcript already.`);
      await clock.pass(target - at);
    },
  };
  return clock;
}
