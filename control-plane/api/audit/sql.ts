import type { Queryable } from '../../../kernel/db.ts';
import { keyNameOf } from '../auth/sql.ts';

export type AuditRow = {
  id: number;
  at: Date;
  actor: string;
  actor_name: string | null;
  action: string;
  target: string;
  before: unknown;
  after: unknown;
  result: string;
  request_id: string | null;
};

export type AuditFilter = {
  target: string | null;
  actor?: string | null;
  since?: Date | null;
  /** Older than this entry. */
  before: number | null;
  limit: number;
};

export type NewAuditRow = Omit<AuditRow, 'id' | 'actor_name'>;

export async function insertAudit(on: Queryable, row: NewAuditRow): Promise<void> {
  await on.query(
    `INSERT INTO audit_log (at, actor, action, target, before, after, result, request_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      row.at,
      row.actor,
      row.action,
      row.target,
      row.before === undefined ? null : JSON.stringify(row.before),
      row.after === undefined ? null : JSON.stringify(row.after),
      row.result,
      row.request_id,
    ],
  );
}

export async function selectAudit(on: Queryable, filter: AuditFilter): Promise<AuditRow[]> {
  return on.query(
    `SELECT id, at, actor, ${keyNameOf('actor')} AS actor_name, action, target, before, after, result, request_id FROM audit_log
     WHERE ($1::text IS NULL OR target = $1) AND ($2::bigint IS NULL OR id < $2)
       AND ($3::text IS NULL OR actor = $3) AND ($4::timestamptz IS NULL OR at >= $4)
     ORDER BY id DESC LIMIT $5`,
    [filter.target, filter.before, filter.actor ?? null, filter.since ?? null, filter.limit],
  );
}
