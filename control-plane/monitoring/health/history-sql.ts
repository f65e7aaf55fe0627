import type { Queryable } from '../../../kernel/db.ts';
import type { HealthReport } from '../../api/contract/index.ts';

/** Checks of a store by day. `starts` holds the beginnings of the days, the oldest first. @returns those with a check */
export async function selectCheckedDays(
  on: Queryable,
  tenantId: string,
  starts: readonly Date[],
): Promise<{ index: number; checks: number; failed: number }[]> {
  return on.query(
    `SELECT width_bucket(at, $2::timestamptz[]) - 1 AS index, count(*)::int AS checks, (count(*) FILTER (WHERE NOT ok))::int AS failed
       FROM health_checks WHERE tenant_id = $1 AND at >= ($2::timestamptz[])[1] GROUP BY 1`,
    [tenantId, starts],
  );
}

export type OutageRow = { from: Date; until: Date | null; checks: HealthReport['checks'] };

/** Where good checks turn into failed ones and back, newest first. `checks` are those of the first failed one. */
export async function selectOutages(on: Queryable, tenantId: string, since: Date, limit: number): Promise<OutageRow[]> {
  return on.query(
    `WITH marked AS (SELECT id, at, ok, lag(ok, 1, true) OVER (ORDER BY id) AS was_ok FROM health_checks
                      WHERE tenant_id = $1 AND at >= $2),
          turns AS (SELECT id, at, ok, lead(at) OVER (ORDER BY id) AS until FROM marked WHERE ok <> was_ok),
          newest AS (SELECT id, at, until FROM turns WHERE NOT ok ORDER BY id DESC LIMIT $3)
     SELECT newest.at AS "from", newest.until, h.checks FROM newest JOIN health_checks h ON h.id = newest.id
      ORDER BY newest.id DESC`,
    [tenantId, since, limit],
  );
}
