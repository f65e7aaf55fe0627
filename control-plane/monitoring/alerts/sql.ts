import type { Queryable } from '../../../kernel/db.ts';
import { keyNameOf } from '../../api/auth/index.ts';

export type IncidentRow = {
  id: number;
  key: string;
  kind: string;
  severity: 'info' | 'warn' | 'error' | 'fatal';
  tenant_id: string | null;
  store: string | null;
  /** As people know the store; null when it is gone. */
  store_name: string | null;
  detail: string;
  opened_at: Date;
  /** Equal to `opened_at` for what has no end. */
  closed_at: Date | null;
  seen_at: Date;
  seen: number;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  acknowledged_name: string | null;
  /** Of the key that acknowledged it, where it was one. */
  key_name: string | null;
  /** It ended because nobody watches its store any more. */
  let_go: boolean;
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

const COLUMNS = `id, key, kind, severity, tenant_id, store, detail, opened_at, closed_at, seen_at, seen,
  acknowledged_at, acknowledged_by, acknowledged_name, let_go, ${keyNameOf('acknowledged_by')} AS key_name,
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

export async function closeUnresolvedIncidents(
  on: Queryable,
  store: string,
  kinds: readonly string[],
  at: Date,
): Promise<IncidentRow[]> {
  return on.query(
    `UPDATE incidents SET closed_at = $3, let_go = true
      WHERE store = $1 AND kind = ANY($2) AND closed_at IS NULL RETURNING ${COLUMNS}`,
    [store, kinds, at],
  );
}

export async function selectIncident(on: Queryable, id: number): Promise<IncidentRow | undefined> {
  const [incident] = await on.query<IncidentRow>(`SELECT ${COLUMNS} FROM incidents WHERE id = $1`, [id]);
  return incident;
}

export type IncidentFilter = {
  store: string | null;
  /** True for those that have not ended, false for those that have. */
  open: boolean | null;
  /** Older than this one. */
  before: number | null;
  limit: number;
};

/** Newest first. */
export async function selectIncidents(on: Queryable, filter: IncidentFilter): Promise<IncidentRow[]> {
  return on.query(
    `SELECT ${COLUMNS} FROM incidents
      WHERE ($1::text IS NULL OR store = $1) AND ($2::boolean IS NULL OR (closed_at IS NULL) = $2)
        AND ($3::bigint IS NULL OR id < $3)
      ORDER BY id DESC LIMIT $4`,
    [filter.store, filter.open, filter.before, filter.limit],
  );
}

/** In any order; those that were forgotten meanwhile are missing. */
export async function selectIncidentsById(on: Queryable, ids: readonly number[]): Promise<IncidentRow[]> {
  return on.query(`SELECT ${COLUMNS} FROM incidents WHERE id = ANY($1)`, [ids]);
}

/** @returns false when somebody was first */
export async function acknowledgeIncident(
  on: Queryable,
  id: number,
  said: { at: Date; by: string; name: string | null },
): Promise<boolean> {
  const rows = await on.query(
    `UPDATE incidents SET acknowledged_at = $2, acknowledged_by = $3, acknowledged_name = $4
      WHERE id = $1 AND acknowledged_at IS NULL RETURNING id`,
    [id, said.at, said.by, said.name],
  );
  return rows.length > 0;
}

export async function countOpenByKind(on: Queryable): Promise<Record<string, number>> {
  const rows = await on.query<{ kind: string; count: number }>(
    'SELECT kind, count(*)::int AS count FROM incidents WHERE closed_at IS NULL GROUP BY kind',
  );
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
}

/** Forgets what ended before a time; what is open stays. */
export async function deleteIncidentsBefore(on: Queryable, at: Date): Promise<void> {
  await on.query('DELETE FROM incidents WHERE closed_at < $1', [at]);
}

export async function selectOpenKeys(on: Queryable, prefix: string): Promise<string[]> {
  const rows = await on.query<{ key: string }>(
    'SELECT key FROM incidents WHERE closed_at IS NULL AND starts_with(key, $1) ORDER BY id',
    [prefix],
  );
  return rows.map(({ key }) => key);
}
