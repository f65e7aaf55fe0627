import type { Queryable } from '../../kernel/db.ts';

export type IncidentRow = {
  id: number;
  key: string;
  kind: string;
  tenant_id: string | null;
  store: string | null;
  /** As people know the store; null when it is gone. */
  store_name: string | null;
  opened_at: Date;
};

export type NewIncident = {
  key: string;
  kind: string;
  severity: string;
  about?: { tenantId: string; store: string } | undefined;
  detail: string;
  at: Date;
  closedAt: Date | null;
};

const COLUMNS = `id, key, kind, tenant_id, store, opened_at,
  (SELECT t.store_name FROM tenants t WHERE t.id = tenant_id) AS store_name`;

/** Counts what is open already. @returns false when nothing of this key is open */
export async function seeIncidentAgain(on: Queryable, key: string, at: Date): Promise<boolean> {
  const rows = await on.query(
    'UPDATE incidents SET seen = seen + 1, seen_at = $2 WHERE key = $1 AND closed_at IS NULL RETURNING id',
    [key, at],
  );
  return rows.length > 0;
}

/** Undefined when it is known already: open, or, for something without an end, told before. */
export async function insertIncident(on: Queryable, row: NewIncident): Promise<IncidentRow | undefined> {
  const [incident] = await on.query<IncidentRow>(
    `INSERT INTO incidents (key, kind, severity, tenant_id, store, detail, opened_at, closed_at, seen_at)
     SELECT $1, $2, $3, $4::uuid, $5, $6, $7, $8::timestamptz, $7
      WHERE $8 IS NULL OR NOT EXISTS (SELECT FROM incidents WHERE key = $1)
     ON CONFLICT (key) WHERE closed_at IS NULL DO NOTHING
     RETURNING ${COLUMNS}`,
    [
      row.key,
      row.kind,
      row.severity,
      row.about?.tenantId ?? null,
      row.about?.store ?? null,
      row.detail,
      row.at,
      row.closedAt,
    ],
  );
  return incident;
}

export async function closeIncident(on: Queryable, key: string, at: Date): Promise<IncidentRow | undefined> {
  const [incident] = await on.query<IncidentRow>(
    `UPDATE incidents SET closed_at = $2 WHERE key = $1 AND closed_at IS NULL RETURNING ${COLUMNS}`,
    [key, at],
  );
  return incident;
}

export async function insertOwnerMessages(
  on: Queryable,
  incident: IncidentRow,
  message: { storeName: string | undefined; chatIds: readonly number[]; text: string; at: Date },
): Promise<void> {
  await on.query(
    `INSERT INTO owner_messages (chat_id, store_name, text, created_at, tenant_id, incident_id)
     SELECT chat_id, $2, $3, $4, $5::uuid, $6 FROM unnest($1::bigint[]) AS chat_id`,
    [message.chatIds, message.storeName ?? null, message.text, message.at, incident.tenant_id, incident.id],
  );
}
