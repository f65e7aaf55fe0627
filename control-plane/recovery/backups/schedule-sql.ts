import type { Queryable, Tx } from '../../../kernel/db.ts';

/** A store's turn has come; one that waits already keeps its place. */
export async function insertRequest(on: Queryable, tenantId: string, dueAt: Date): Promise<void> {
  await on.query(
    `INSERT INTO backup_requests (tenant_id, due_at) SELECT id, $2 FROM tenants WHERE id = $1
     ON CONFLICT (tenant_id) DO UPDATE SET due_at = least(backup_requests.due_at, EXCLUDED.due_at)`,
    [tenantId, dueAt],
  );
}

/** Scheduled backups that wait or run, without those of some stores. */
export async function countScheduled(on: Queryable, without: readonly string[]): Promise<number> {
  const [row] = await on.query<{ count: number }>(
    `SELECT count(*) AS count FROM operations
     WHERE kind = 'backup' AND state IN ('scheduled', 'running') AND params->>'reason' = 'scheduled'
       AND tenant_id <> ALL($1::uuid[])`,
    [without],
  );
  return row?.count ?? 0;
}

/** The store that has waited longest, of those that nothing holds; locked until the transaction ends. */
export async function lockDueRequest(tx: Tx, now: Date): Promise<{ tenant_id: string; store: string } | undefined> {
  const [row] = await tx.query<{ tenant_id: string; store: string }>(
    `SELECT r.tenant_id, t.store FROM backup_requests r JOIN tenants t ON t.id = r.tenant_id
     WHERE r.due_at <= $1 AND NOT EXISTS (SELECT FROM operations o
                                          WHERE o.tenant_id = r.tenant_id AND o.state IN ('scheduled', 'running'))
     ORDER BY r.due_at LIMIT 1 FOR UPDATE OF r SKIP LOCKED`,
    [now],
  );
  return row;
}

export async function deleteRequest(on: Queryable, tenantId: string): Promise<void> {
  await on.query('DELETE FROM backup_requests WHERE tenant_id = $1', [tenantId]);
}

export type BackedUp = {
  id: string;
  store: string;
  store_name: string;
  gateway: string;
  env: Record<string, string>;
  /** When the newest verified backup was begun; null when there is none. */
  last_good_at: Date | null;
  provisioned_at: Date;
  /** Since when its turn has come, while the backup waits or is made. */
  turn_since: Date | null;
};

/** Stores that are to be backed up: opened, and not being closed. Stopped and suspended ones too. */
export async function selectBackedUp(on: Queryable, tenantId: string | null, now: Date): Promise<BackedUp[]> {
  return on.query(
    `SELECT t.id, t.store, t.store_name, t.gateway, t.env, t.provisioned_at,
            (SELECT max(b.started_at) FROM backups b WHERE b.tenant_id = t.id AND b.state IN ('verified', 'pruned')
               AND b.local_verified_at IS NOT NULL) AS last_good_at,
            (SELECT min(since) FROM (
               SELECT r.due_at AS since FROM backup_requests r WHERE r.tenant_id = t.id AND r.due_at <= $2
               UNION ALL SELECT o.created_at FROM operations o
               WHERE o.tenant_id = t.id AND o.kind = 'backup' AND o.state IN ('scheduled', 'running')) AS turn) AS turn_since
     FROM tenants t
     WHERE t.provisioned_at IS NOT NULL AND t.desired_state <> 'removed' AND ($1::uuid IS NULL OR t.id = $1)
     ORDER BY t.store`,
    [tenantId, now],
  );
}

/** The newest verified backup of each store. */
export async function selectNewestGood(on: Queryable): Promise<{ store: string; started_at: Date; size: number }[]> {
  return on.query(
    `SELECT DISTINCT ON (t.id) t.store, b.started_at, b.size FROM tenants t JOIN backups b ON b.tenant_id = t.id
     WHERE b.state = 'verified' ORDER BY t.id, b.seq DESC`,
  );
}
