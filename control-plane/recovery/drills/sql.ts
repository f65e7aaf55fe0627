import type { Queryable, Tx } from '../../../kernel/db.ts';

export type DrillRow = {
  operation_id: string;
  tenant_id: string;
  store: string;
  backup_id: string;
  result: 'passed' | 'failed';
  detail: string;
  rows: number | null;
  seconds: number;
  at: Date;
};

export async function insertDrill(on: Queryable, row: DrillRow): Promise<void> {
  await on.query(
    `INSERT INTO drills (operation_id, tenant_id, store, backup_id, result, detail, rows, seconds, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (operation_id) DO UPDATE SET result = EXCLUDED.result, detail = EXCLUDED.detail, rows = EXCLUDED.rows,
       seconds = EXCLUDED.seconds, at = EXCLUDED.at`,
    [row.operation_id, row.tenant_id, row.store, row.backup_id, row.result, row.detail, row.rows, row.seconds, row.at],
  );
}

/** Newest first; of one store, when given. */
export async function selectDrills(on: Queryable, store: string | null, limit: number): Promise<DrillRow[]> {
  return on.query(
    `SELECT operation_id, tenant_id, store, backup_id, result, detail, rows, seconds, at FROM drills
     WHERE ($1::text IS NULL OR store = $1) ORDER BY at DESC LIMIT $2`,
    [store, limit],
  );
}

/** The newest backup of a store that was verified. */
export async function selectNewestVerified(on: Queryable, tenantId: string): Promise<string | undefined> {
  const [row] = await on.query<{ id: string }>(
    "SELECT id FROM backups WHERE tenant_id = $1 AND state = 'verified' ORDER BY seq DESC LIMIT 1",
    [tenantId],
  );
  return row?.id;
}

/**
 * Lets stores that have a backup wait for their drill: all of them, or a share of them and whichever was not drilled since
 * `before`.
 * @returns their names
 */
export async function requestDrills(
  on: Queryable,
  given: { now: Date; before: Date; share: number },
): Promise<string[]> {
  const rows = await on.query<{ store: string }>(
    `WITH known AS (
       SELECT t.id, t.store, (SELECT max(d.at) FROM drills d WHERE d.tenant_id = t.id) AS last
       FROM tenants t
       WHERE t.desired_state <> 'removed'
         AND EXISTS (SELECT FROM backups b WHERE b.tenant_id = t.id AND b.state = 'verified')),
     ranked AS (SELECT id, store, last, row_number() OVER (ORDER BY last NULLS FIRST, store) AS rank,
                       count(*) OVER () AS total FROM known),
     asked AS (INSERT INTO drill_requests (tenant_id, due_at)
               SELECT id, $1 FROM ranked WHERE last < $2 OR rank <= ceil(total * $3::float8)
               ON CONFLICT (tenant_id) DO NOTHING RETURNING tenant_id)
     SELECT t.store FROM asked JOIN tenants t ON t.id = asked.tenant_id ORDER BY t.store`,
    [given.now, given.before, given.share],
  );
  return rows.map((row) => row.store);
}

export async function countRunning(on: Queryable): Promise<number> {
  const [row] = await on.query<{ count: number }>(
    "SELECT count(*) AS count FROM operations WHERE kind = 'drill' AND state IN ('scheduled', 'running')",
  );
  return row?.count ?? 0;
}

/** The store that has waited longest, of those that nothing holds; locked until the transaction ends. */
export async function lockDue(tx: Tx): Promise<{ tenant_id: string; store: string } | undefined> {
  const [row] = await tx.query<{ tenant_id: string; store: string }>(
    `SELECT r.tenant_id, t.store FROM drill_requests r JOIN tenants t ON t.id = r.tenant_id
     WHERE NOT EXISTS (SELECT FROM operations o
                       WHERE o.tenant_id = r.tenant_id AND o.state IN ('scheduled', 'running'))
     ORDER BY r.due_at, t.store LIMIT 1 FOR UPDATE OF r SKIP LOCKED`,
  );
  return row;
}

export async function deleteRequest(on: Queryable, tenantId: string): Promise<void> {
  await on.query('DELETE FROM drill_requests WHERE tenant_id = $1', [tenantId]);
}

/** Stores that have a backup, and when one of it was last drilled with success. */
export async function selectLastPassed(on: Queryable): Promise<{ store: string; at: Date }[]> {
  return on.query(
    `SELECT t.store, max(d.at) AS at FROM tenants t JOIN drills d ON d.tenant_id = t.id
     WHERE d.result = 'passed' GROUP BY t.store`,
  );
}
