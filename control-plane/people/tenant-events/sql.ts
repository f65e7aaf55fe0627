import type { Queryable, Tx } from '../../../kernel/db.ts';
import type { TenantEvent } from '../../api/contract/index.ts';

/** Writes events that are new. Returns their ids. */
export async function insertEvents(
  tx: Tx,
  tenantId: string,
  events: readonly TenantEvent[],
  at: Date,
): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `INSERT INTO tenant_events (tenant_id, id, kind, severity, text, at, received_at)
     SELECT $1, id, kind, severity, text, at, $3
       FROM jsonb_to_recordset($2::jsonb) AS e (id uuid, kind text, severity text, text text, at timestamptz)
     ON CONFLICT DO NOTHING RETURNING id`,
    [tenantId, JSON.stringify(events), at],
  );
  return new Set(rows.map((row) => row.id));
}

export type StoredEvent = Omit<TenantEvent, 'at'> & { seq: number; at: Date; receivedAt: Date };

export async function selectEvents(
  on: Queryable,
  tenantId: string,
  page: { before: number | null; limit: number },
): Promise<StoredEvent[]> {
  return on.query(
    `SELECT seq, id, kind, severity, text, at, received_at AS "receivedAt" FROM tenant_events
      WHERE tenant_id = $1 AND ($2::bigint IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3`,
    [tenantId, page.before, page.limit],
  );
}

export async function deleteBefore(on: Queryable, at: Date): Promise<void> {
  await on.query('DELETE FROM tenant_events WHERE received_at < $1', [at]);
}
