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

export type Rents = { due: number; overdue: number; next: { store: string; storeName: string; paidUntil: Date }[] };

/** Rents that end within seven days and that have ended: how many, and the `most` nearest to now. */
export async function selectRents(on: Queryable, now: Date, most: number): Promise<Rents> {
  const counts = await on.query<{ due: number; overdue: number }>(
    `SELECT (count(*) FILTER (WHERE paid_until > $1))::int AS due,
            (count(*) FILTER (WHERE paid_until <= $1))::int AS overdue
       FROM tenants WHERE paid_until <= $1::timestamptz + interval '7 days' AND desired_state <> 'removed'`,
    [now],
  );
  const next = await on.query<Rents['next'][number]>(
    `SELECT store, store_name AS "storeName", paid_until AS "paidUntil" FROM tenants
      WHERE paid_until <= $1::timestamptz + interval '7 days' AND desired_state <> 'removed'
      ORDER BY abs(extract(epoch FROM paid_until - $1::timestamptz)), store LIMIT $2`,
    [now, most],
  );
  return { ...(counts[0] ?? { due: 0, overdue: 0 }), next };
}
