import type { Queryable } from '../../../../../kernel/db.ts';

export type AuditEntry = {
  id: number;
  at: Date;
  actorId: number | null;
  actorRole: string;
  actorName: string | null;
  action: string;
  target: string;
  before: unknown;
  after: unknown;
};

/** Newest first. `subject` is the first word of the action. */
export async function listEntries(
  on: Queryable,
  of: { subject: string | undefined; limit: number; offset: number },
): Promise<(AuditEntry & { total: number })[]> {
  return on.query(
    `WITH shown AS (
       SELECT id, at, actor_id, actor_role, action, target, before, after FROM audit_log
        WHERE $1::text IS NULL OR split_part(action, '.', 1) = $1
        ORDER BY id DESC LIMIT $2 OFFSET $3)
     SELECT e.id, e.at, e.actor_id AS "actorId", e.actor_role AS "actorRole", e.action, e.target, e.before, e.after,
            coalesce(u.display_name, u.first_name) AS "actorName",
            (SELECT count(*) FROM audit_log WHERE $1::text IS NULL OR split_part(action, '.', 1) = $1) AS total
       FROM shown e LEFT JOIN users u ON u.id = e.actor_id
      ORDER BY e.id DESC`,
    [of.subject ?? null, of.limit, of.offset],
  );
}
