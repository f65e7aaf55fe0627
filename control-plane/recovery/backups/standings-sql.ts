import type { Queryable } from '../../../kernel/db.ts';
import { STALE_AFTER_HOURS } from '../../api/contract/index.ts';

export type StandingRow = {
  store: string;
  store_name: string;
  backup_id: string | null;
  backup_at: Date | null;
  backup_size: number | null;
  drill_at: Date | null;
  drill_result: 'passed' | 'failed' | null;
  drill_detail: string | null;
  proven_at: Date | null;
  stale: boolean;
  /** When the newest backup was begun, to the microsecond. */
  key: string | null;
};

/** Stores that are to be backed up, and the newest backup of each that was read back. `$1` is the time of asking. */
const STANDINGS = `
  SELECT t.id, t.store, t.store_name, t.bot_username, b.id AS backup_id, b.started_at AS backup_at, b.size AS backup_size,
         b.started_at IS NULL OR b.started_at < $1::timestamptz - interval '${STALE_AFTER_HOURS} hours' AS stale
    FROM tenants t LEFT JOIN LATERAL (
           SELECT b.id, b.started_at, b.size FROM backups b WHERE b.tenant_id = t.id AND b.state = 'verified'
            ORDER BY b.seq DESC LIMIT 1) b ON true
   WHERE t.provisioned_at IS NOT NULL AND t.desired_state <> 'removed'`;

/** Without a backup first, then by the age of the newest; `after` is where the page before ended. */
export async function selectStandings(
  on: Queryable,
  ask: {
    now: Date;
    q: string | null;
    stale: boolean | null;
    after: { key: string | null; store: string } | null;
    limit: number;
  },
): Promise<StandingRow[]> {
  return on.query(
    `WITH page AS MATERIALIZED (
       SELECT * FROM (${STANDINGS}) s
        WHERE ($2::text IS NULL OR position(lower($2) IN store || E'\\n' || lower(store_name) || E'\\n@' || lower(bot_username)) > 0)
          AND ($3::boolean IS NULL OR stale = $3)
          AND ($5::text IS NULL OR (coalesce(backup_at, '-infinity'), store) > (coalesce($4::timestamptz, '-infinity'), $5))
        ORDER BY coalesce(backup_at, '-infinity'), store LIMIT $6)
     SELECT p.store, p.store_name, p.backup_id, p.backup_at, p.backup_size, p.stale,
            to_char(p.backup_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS key,
            d.at AS drill_at, d.result AS drill_result, d.detail AS drill_detail,
            (SELECT max(d.at) FROM drills d WHERE d.tenant_id = p.id AND d.result = 'passed') AS proven_at
       FROM page p LEFT JOIN LATERAL (
              SELECT d.at, d.result, d.detail FROM drills d WHERE d.tenant_id = p.id ORDER BY d.at DESC LIMIT 1) d ON true
      ORDER BY coalesce(p.backup_at, '-infinity'), p.store`,
    [ask.now, ask.q, ask.stale, ask.after?.key ?? null, ask.after?.store ?? null, ask.limit],
  );
}

/** Stores that are stale, and those whose last drill failed. */
export async function countStandings(on: Queryable, now: Date): Promise<{ stale: number; failedDrills: number }> {
  const [row] = await on.query<{ stale: number; failedDrills: number }>(
    `SELECT (count(*) FILTER (WHERE stale))::int AS stale,
            (count(*) FILTER (WHERE 'failed' = (SELECT d.result FROM drills d WHERE d.tenant_id = s.id
                                                 ORDER BY d.at DESC LIMIT 1)))::int AS "failedDrills"
       FROM (${STANDINGS}) s`,
    [now],
  );
  return row ?? { stale: 0, failedDrills: 0 };
}
