import type { Queryable } from '../../../kernel/db.ts';

/** Scheduled and running ones, and those that failed within a day without a success of the same kind, or a removal, since. */
export async function countOperations(on: Queryable, now: Date): Promise<{ active: number; failed: number }> {
  const [row] = await on.query<{ active: number; failed: number }>(
    `SELECT (SELECT count(*)::int FROM operations WHERE state IN ('scheduled', 'running')) AS active,
            (SELECT count(*)::int FROM operations f
              WHERE f.state = 'failed' AND f.finished_at > $1::timestamptz - interval '1 day'
                AND NOT EXISTS (SELECT FROM operations s WHERE s.store = f.store AND s.seq > f.seq
                                   AND s.state = 'succeeded' AND s.kind IN (f.kind, 'remove'))) AS failed`,
    [now],
  );
  return row ?? { active: 0, failed: 0 };
}

export async function countOpenIncidents(on: Queryable): Promise<{ open: number; unacknowledged: number }> {
  const [row] = await on.query<{ open: number; unacknowledged: number }>(
    `SELECT count(*)::int AS open, (count(*) FILTER (WHERE acknowledged_at IS NULL))::int AS unacknowledged
       FROM incidents WHERE closed_at IS NULL`,
  );
  return row ?? { open: 0, unacknowledged: 0 };
}

/** Stores whose rent ends within seven days, or has ended. `$1` is the time of asking. */
const OF_ENDING_RENT = `FROM tenants
  WHERE paid_until <= $1::timestamptz + interval '7 days' AND desired_state <> 'removed'`;

export async function countRents(on: Queryable, now: Date): Promise<{ due: number; overdue: number }> {
  const [row] = await on.query<{ due: number; overdue: number }>(
    `SELECT (count(*) FILTER (WHERE paid_until > $1))::int AS due,
            (count(*) FILTER (WHERE paid_until <= $1))::int AS overdue ${OF_ENDING_RENT}`,
    [now],
  );
  return row ?? { due: 0, overdue: 0 };
}

export type Rent = { store: string; store_name: string; paid_until: Date };

/** The nearest to now first. */
export async function selectNextRents(on: Queryable, now: Date, limit: number): Promise<Rent[]> {
  return on.query(
    `SELECT store, store_name, paid_until ${OF_ENDING_RENT}
      ORDER BY abs(extract(epoch FROM paid_until - $1::timestamptz)), store LIMIT $2`,
    [now, limit],
  );
}
