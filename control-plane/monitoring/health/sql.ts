import type { Queryable } from '../../../kernel/db.ts';
import type { HealthReport } from '../../api/contract/index.ts';
import type { Memory } from './judge.ts';

type MemoryRow = { failures: Memory['failures']; restarts: number; crashes: number; crashed_at: Date | null };

/** What is remembered of a store; undefined before its first check. */
export async function selectMemory(on: Queryable, tenantId: string): Promise<Memory | undefined> {
  const [row] = await on.query<MemoryRow>(
    'SELECT failures, restarts, crashes, crashed_at FROM tenant_health WHERE tenant_id = $1',
    [tenantId],
  );
  return row && { failures: row.failures, restarts: row.restarts, crashes: row.crashes, crashedAt: row.crashed_at };
}

export async function upsertMemory(on: Queryable, tenantId: string, memory: Memory): Promise<void> {
  await on.query(
    `INSERT INTO tenant_health (tenant_id, failures, restarts, crashes, crashed_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (tenant_id) DO UPDATE SET failures = EXCLUDED.failures, restarts = EXCLUDED.restarts,
       crashes = EXCLUDED.crashes, crashed_at = EXCLUDED.crashed_at`,
    [tenantId, memory.failures, memory.restarts, memory.crashes, memory.crashedAt],
  );
}

/** Takes the driver's count of restarts as known. */
export async function updateRestarts(on: Queryable, tenantId: string, restarts: number): Promise<void> {
  await on.query('UPDATE tenant_health SET restarts = $2 WHERE tenant_id = $1', [tenantId, restarts]);
}

export async function deleteMemory(on: Queryable, tenantId: string): Promise<void> {
  await on.query('DELETE FROM tenant_health WHERE tenant_id = $1', [tenantId]);
}

/** The last verdict, beside what else was observed of the store. */
export async function updateVerdict(
  on: Queryable,
  tenantId: string,
  verdict: { at: Date; ok: boolean; reason: string | null } | null,
): Promise<void> {
  await on.query('UPDATE tenants SET health_at = $2, health_ok = $3, health_reason = $4 WHERE id = $1', [
    tenantId,
    verdict?.at ?? null,
    verdict?.ok ?? null,
    verdict?.reason ?? null,
  ]);
}

/** Stores whose last check was not well, or that crashed lately. */
export async function selectInDoubt(on: Queryable): Promise<string[]> {
  const rows = await on.query<{ store: string }>(
    `SELECT t.store FROM tenant_health h JOIN tenants t ON t.id = h.tenant_id
      WHERE h.failures <> '{}' OR h.crashes > 0`,
  );
  return rows.map(({ store }) => store);
}

/** True while a check of any store failed the last time. */
export async function anyFails(on: Queryable, check: string): Promise<boolean> {
  const rows = await on.query('SELECT FROM tenant_health WHERE failures ? $1 LIMIT 1', [check]);
  return rows.length > 0;
}

/** The row of a store that is watched and free, but for the operation `within`, locked until the transaction ends. */
export async function lockWatched(
  on: Queryable,
  tenantId: string,
  generation: number,
  within: string | null = null,
): Promise<boolean> {
  const rows = await on.query(
    `SELECT FROM tenants t WHERE id = $1 AND generation = $2 AND desired_state = 'running' AND provisioned_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM operations o WHERE o.tenant_id = t.id AND o.state IN ('scheduled', 'running')
                         AND o.id IS DISTINCT FROM $3)
      FOR NO KEY UPDATE`,
    [tenantId, generation, within],
  );
  return rows.length > 0;
}

export type NewReport = Omit<HealthReport, 'id' | 'at'> & { at: Date };

export async function insertReport(on: Queryable, tenantId: string, report: NewReport): Promise<number> {
  const [row] = await on.query<{ id: number }>(
    `INSERT INTO health_checks (tenant_id, at, occasion, ok, duration_ms, checks) VALUES ($1, $2, $3, $4, $5, $6)
     RETURNING id`,
    [tenantId, report.at, report.occasion, report.ok, report.durationMs, report.checks],
  );
  return row!.id;
}

export async function selectReports(
  on: Queryable,
  tenantId: string,
  page: { before: number | null; limit: number },
): Promise<(NewReport & { id: number })[]> {
  return on.query(
    `SELECT id, at, occasion, ok, duration_ms AS "durationMs", checks FROM health_checks
      WHERE tenant_id = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [tenantId, page.before, page.limit],
  );
}

export async function deleteReportsBefore(on: Queryable, at: Date): Promise<void> {
  await on.query('DELETE FROM health_checks WHERE at < $1', [at]);
}

/** Running stores by state and by what their last check found. */
export async function countByHealth(on: Queryable): Promise<{ state: string; result: string; count: number }[]> {
  return on.query(
    `SELECT state, CASE WHEN health_ok IS NULL THEN 'unknown' WHEN health_ok THEN 'ok' ELSE 'fail' END AS result,
            count(*)::int AS count FROM tenants GROUP BY 1, 2`,
  );
}

/** Stores that should run and that no operation is at work on. */
export async function selectWatchedStores(on: Queryable): Promise<string[]> {
  const rows = await on.query<{ store: string }>(
    `SELECT store FROM tenants t WHERE desired_state = 'running' AND provisioned_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM operations o WHERE o.tenant_id = t.id AND o.state IN ('scheduled', 'running'))`,
  );
  return rows.map(({ store }) => store);
}

export type LoggingStore = { id: string; store: string; gateway: string; store_name: string };

/** Stores that should run, and may write. */
export async function selectLoggingStores(on: Queryable): Promise<LoggingStore[]> {
  return on.query(
    "SELECT id, store, gateway, store_name FROM tenants WHERE desired_state = 'running' AND provisioned_at IS NOT NULL",
  );
}
