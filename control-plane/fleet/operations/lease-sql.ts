import type { Queryable } from '../../../kernel/db.ts';
import type { StepRow } from './sql.ts';

/*
 * What the worker does to the rows of an operation that it holds. Leases run on the database's clock, so that two
 * workers never disagree about the time.
 */

/** The process ended while a step of it was at work: what that does may be what ended it. */
const SUSPECT = `EXISTS (SELECT FROM operation_steps s
  WHERE s.operation_id = o.id AND s.state = 'running' AND s.process_ends > 0)`;

/** Takes the oldest operation that waits or whose holder went silent; of those under suspicion one at a time. */
export async function claimNext(on: Queryable, owner: string, leaseSeconds: number): Promise<string | undefined> {
  const [row] = await on.query<{ id: string }>(
    `UPDATE operations SET state = 'running', lease_owner = $1, lease_until = now() + make_interval(secs => $2)
     WHERE id = (SELECT o.id FROM operations o
                 WHERE o.state IN ('scheduled', 'running') AND (o.lease_until IS NULL OR o.lease_until < now())
                   AND NOT (${SUSPECT} AND (SELECT count(*) FROM operations o
                                            WHERE o.state = 'running' AND o.lease_until >= now() AND ${SUSPECT}) > 0)
                 ORDER BY o.seq LIMIT 1 FOR UPDATE OF o SKIP LOCKED)
     RETURNING id`,
    [owner, leaseSeconds],
  );
  return row?.id;
}

/** Prolongs the lease. Undefined when somebody else holds the operation now. */
export async function renewLease(
  on: Queryable,
  id: string,
  owner: string,
  leaseSeconds: number,
): Promise<{ cancelRequested: boolean } | undefined> {
  const [row] = await on.query<{ cancel_requested: boolean }>(
    `UPDATE operations SET lease_until = now() + make_interval(secs => $3)
     WHERE id = $1 AND lease_owner = $2 AND state = 'running' RETURNING cancel_requested`,
    [id, owner, leaseSeconds],
  );
  return row && { cancelRequested: row.cancel_requested };
}

/** Locks the row for a write of its holder; false when the lease is lost. */
export async function holdLease(on: Queryable, id: string, owner: string): Promise<boolean> {
  const rows = await on.query(
    "SELECT 1 FROM operations WHERE id = $1 AND lease_owner = $2 AND state = 'running' FOR UPDATE",
    [id, owner],
  );
  return rows.length > 0;
}

/** Gives an operation back, for the next worker to go on with. */
export async function releaseLease(on: Queryable, id: string, owner: string): Promise<void> {
  await on.query('UPDATE operations SET lease_owner = NULL, lease_until = NULL WHERE id = $1 AND lease_owner = $2', [
    id,
    owner,
  ]);
}

/**
 * For the one control plane of this database, at its start: whoever held a lease is gone, and ended while it was at the steps
 * that are counted here. One that stops gives its leases back.
 */
export async function releaseAllLeases(on: Queryable): Promise<number> {
  const rows = await on.query(
    `WITH held AS (UPDATE operations SET lease_owner = NULL, lease_until = NULL
       WHERE state = 'running' AND lease_until IS NOT NULL RETURNING id),
     counted AS (UPDATE operation_steps s SET ended_while = s.detail,
         process_ends = 1 + CASE WHEN s.ended_while IS NOT DISTINCT FROM s.detail THEN s.process_ends ELSE 0 END
       FROM held WHERE s.operation_id = held.id AND s.state = 'running')
     SELECT id FROM held`,
  );
  return rows.length;
}

export async function markStarted(on: Queryable, id: string, at: Date): Promise<void> {
  await on.query('UPDATE operations SET started_at = coalesce(started_at, $2) WHERE id = $1', [id, at]);
}

export async function updateStep(
  on: Queryable,
  operationId: string,
  name: string,
  step: Omit<StepRow, 'name' | 'process_ends'>,
): Promise<void> {
  await on.query(
    `UPDATE operation_steps SET state = $3, detail = $4, error = $5, started_at = $6, finished_at = $7, data = $8
     WHERE operation_id = $1 AND name = $2`,
    [operationId, name, step.state, step.detail, step.error, step.started_at, step.finished_at, step.data],
  );
}

/** Makes the step `from` and all after it pending again. */
export async function resetSteps(on: Queryable, operationId: string, from: string): Promise<void> {
  await on.query(
    `UPDATE operation_steps SET state = 'pending', error = NULL, started_at = NULL, finished_at = NULL
     WHERE operation_id = $1
       AND position >= (SELECT position FROM operation_steps WHERE operation_id = $1 AND name = $2)`,
    [operationId, from],
  );
}

/**
 * Marks a running operation as failed, or cancelled, and adds the steps that bring back what was. What it did not reach is
 * left out. From here on `error_code` is set while it runs.
 */
export async function beginRollback(
  on: Queryable,
  operationId: string,
  reason: { code: string; message: string },
  steps: readonly string[],
): Promise<void> {
  await on.query('UPDATE operations SET error_code = $2, error_message = $3 WHERE id = $1', [
    operationId,
    reason.code,
    reason.message,
  ]);
  await on.query(
    `UPDATE operation_steps SET state = 'skipped', detail = 'not reached'
     WHERE operation_id = $1 AND state IN ('pending', 'running')`,
    [operationId],
  );
  await on.query(
    `INSERT INTO operation_steps (operation_id, position, name, state)
     SELECT $1, (SELECT max(position) FROM operation_steps WHERE operation_id = $1) + n, name, 'pending'
     FROM unnest($2::text[]) WITH ORDINALITY AS given (name, n)`,
    [operationId, steps],
  );
}

export async function countWaiting(on: Queryable, at: Date): Promise<{ waiting: number; oldestSeconds: number }> {
  const [row] = await on.query<{ waiting: number; oldest: number | null }>(
    `SELECT count(*)::int AS waiting, extract(epoch FROM $1::timestamptz - min(created_at))::float8 AS oldest
     FROM operations WHERE state = 'scheduled'`,
    [at],
  );
  return { waiting: row?.waiting ?? 0, oldestSeconds: Math.max(0, row?.oldest ?? 0) };
}
