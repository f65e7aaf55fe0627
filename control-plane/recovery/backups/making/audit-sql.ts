import type { Queryable } from '../../../../kernel/db.ts';

/** Entries about a target since a store of that name was opened, oldest first. */
export async function selectAuditOf(
  on: Queryable,
  filter: { target: string; since: Date; after: number; limit: number },
): Promise<({ id: number } & Record<string, unknown>)[]> {
  return on.query(
    `SELECT id, at, actor, action, target, before, after, result, request_id FROM audit_log
     WHERE target = $1 AND at >= $2 AND id > $3 ORDER BY id LIMIT $4`,
    [filter.target, filter.since, filter.after, filter.limit],
  );
}
