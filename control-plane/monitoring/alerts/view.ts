import type { Incident } from '../../api/contract/index.ts';
import type { IncidentRow } from './sql.ts';

/** The incident as the API shows it. */
export function toIncident(row: IncidentRow): Incident {
  return {
    id: row.id,
    kind: row.kind,
    severity: row.severity,
    store: row.store,
    detail: row.detail,
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    seenAt: row.seen_at.toISOString(),
    seen: row.seen,
    acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
    acknowledgedBy: row.acknowledged_by,
    acknowledgedByName: row.key_name,
  };
}
