import type { Queryable } from '../../../../kernel/db.ts';

/** The day that it is in a zone, as `yyyy-mm-dd`, and where the day before began and ended. */
export async function dayOf(
  on: Queryable,
  now: Date,
  timeZone: string,
): Promise<{ day: string; from: Date; to: Date }> {
  const [row] = await on.query<{ day: string; from: Date; to: Date }>(
    `WITH local AS (SELECT date_trunc('day', $1::timestamptz AT TIME ZONE $2) AS day)
     SELECT to_char(day, 'YYYY-MM-DD') AS day, (day - interval '1 day') AT TIME ZONE $2 AS from, day AT TIME ZONE $2 AS to
       FROM local`,
    [now, timeZone],
  );
  return row!;
}

export async function wasMade(on: Queryable, day: string): Promise<boolean> {
  return (await on.query('SELECT FROM owner_digests WHERE day = $1', [day])).length > 0;
}

/** @returns false when the digest of the day was made already */
export async function claimDay(on: Queryable, day: string, at: Date): Promise<boolean> {
  const rows = await on.query(
    'INSERT INTO owner_digests (day, made_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING day',
    [day, at],
  );
  return rows.length > 0;
}

export async function lastDigest(on: Queryable): Promise<Date | undefined> {
  const [row] = await on.query<{ at: Date | null }>('SELECT max(made_at) AS at FROM owner_digests');
  return row?.at ?? undefined;
}

/** Incidents that began since a time, how many of those have ended, and how many are open altogether. */
export async function countIncidents(
  on: Queryable,
  since: Date,
): Promise<{ begun: number; over: number; open: number }> {
  const [row] = await on.query<{ begun: number; over: number; open: number }>(
    `SELECT count(*) FILTER (WHERE opened_at >= $1)::int AS begun,
            count(*) FILTER (WHERE opened_at >= $1 AND closed_at IS NOT NULL)::int AS over,
            count(*) FILTER (WHERE closed_at IS NULL)::int AS open
       FROM incidents WHERE opened_at >= $1 OR closed_at IS NULL`,
    [since],
  );
  return row!;
}

/** Stores that are not as they should be. */
export async function selectTroubled(on: Queryable): Promise<{ store: string; state: 'failed' | 'degraded' }[]> {
  return on.query("SELECT store, state FROM tenants WHERE state IN ('failed', 'degraded') ORDER BY state DESC, store");
}
