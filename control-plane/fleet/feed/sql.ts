import type { Queryable, Tx } from '../../../kernel/db.ts';
import type { FLEET_EVENT_KINDS } from '../../api/contract/index.ts';

export type FleetEventRow = {
  position: number;
  kind: (typeof FLEET_EVENT_KINDS)[number];
  id: string;
  store: string | null;
  at: Date;
};

export async function hasChanges(on: Queryable): Promise<boolean> {
  const [row] = await on.query<{ some: boolean }>('SELECT EXISTS (SELECT FROM fleet_changes) AS some');
  return row?.some === true;
}

/** So many changes are moved at a time. */
const BATCH = 5_000;

/**
 * Numbers what has been committed; of several changes of one thing the newest. Whoever else does it waits, so that numbers
 * become visible in their order.
 * @returns false when there may be more
 */
export async function numberChanges(tx: Tx): Promise<boolean> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('lapak fleet events', 0))");
  const [row] = await tx.query<{ taken: number }>(
    `WITH taken AS (
       DELETE FROM fleet_changes WHERE seq IN (SELECT seq FROM fleet_changes ORDER BY seq LIMIT ${BATCH})
       RETURNING seq, kind, id, store, at),
     newest AS (SELECT DISTINCT ON (kind, id) seq, kind, id, store, at FROM taken ORDER BY kind, id, seq DESC),
     numbered AS (INSERT INTO fleet_events (kind, id, store, at) SELECT kind, id, store, at FROM newest ORDER BY seq)
     SELECT count(*)::int AS taken FROM taken`,
  );
  return (row?.taken ?? 0) < BATCH;
}

/** The numbers that are kept; null before the first event. The newest is always kept, so that the count goes on. */
export async function selectKeptRange(on: Queryable): Promise<{ oldest: number; newest: number } | null> {
  const [row] = await on.query<{ oldest: number | null; newest: number | null }>(
    'SELECT min(position) AS oldest, max(position) AS newest FROM fleet_events',
  );
  return row?.oldest == null || row.newest == null ? null : { oldest: row.oldest, newest: row.newest };
}

export async function selectFleetEvents(
  on: Queryable,
  range: { after: number; upTo: number | null; limit: number },
): Promise<FleetEventRow[]> {
  return on.query(
    `SELECT position, kind, id, store, at FROM fleet_events
      WHERE position > $1 AND ($2::bigint IS NULL OR position <= $2) ORDER BY position LIMIT $3`,
    [range.after, range.upTo, range.limit],
  );
}

/** Keeps what is younger than an hour, and at most `most`. */
export async function deleteOldEvents(on: Queryable, most: number): Promise<void> {
  await on.query(
    `WITH newest AS (SELECT max(position) AS position FROM fleet_events)
     DELETE FROM fleet_events e USING newest
      WHERE e.position < newest.position AND (e.at < now() - interval '1 hour' OR e.position <= newest.position - $1)`,
    [most],
  );
}
