import type { Queryable } from '../../../kernel/db.ts';
import type { Spot } from './sealed.ts';

export type SecretRow = { name: string; sealed: string };

export async function selectSecrets(on: Queryable, tenantId: string): Promise<SecretRow[]> {
  return on.query('SELECT name, sealed FROM tenant_secrets WHERE tenant_id = $1 ORDER BY name', [tenantId]);
}

export async function selectSnapshots(
  on: Queryable,
  tenantId: string,
): Promise<(SecretRow & { operation_id: string })[]> {
  return on.query(
    `SELECT s.operation_id, e.key AS name, e.value AS sealed FROM operation_snapshots s, jsonb_each_text(s.sealed) e
     WHERE s.tenant_id = $1 ORDER BY s.operation_id, e.key`,
    [tenantId],
  );
}

export type PasswordRow = {
  id: string;
  store: string;
  file: string;
  local_path: string | null;
  started_at: Date;
  sealed: string;
};

const PASSWORD = `b.id, b.store, b.file, b.local_path, b.started_at, b.password_sealed AS sealed
  FROM backups b WHERE b.state IN ('making', 'made', 'verified')`;

export async function selectPasswords(on: Queryable, tenantId: string): Promise<PasswordRow[]> {
  return on.query(`SELECT ${PASSWORD} AND b.tenant_id = $1 ORDER BY b.seq`, [tenantId]);
}

/** Of stores that are gone. */
export async function selectOrphanedPasswords(on: Queryable): Promise<PasswordRow[]> {
  return on.query(`SELECT ${PASSWORD} AND NOT EXISTS (SELECT FROM tenants t WHERE t.id = b.tenant_id) ORDER BY b.seq`);
}

/** When the store's secret of that name was last set by hand; undefined when it is the one that it began with. */
export async function selectReplacedAt(on: Queryable, store: string, name: string): Promise<Date | undefined> {
  const [row] = await on.query<{ at: Date | null }>(
    "SELECT max(at) AS at FROM audit_log WHERE target = $1 AND after -> 'secrets' ? $2",
    [`tenant:${store}`, name],
  );
  return row?.at ?? undefined;
}

export async function selectAnswers(on: Queryable): Promise<{ api_key_id: string; key: string; sealed: string }[]> {
  return on.query('SELECT api_key_id, key, body_sealed AS sealed FROM idempotency_keys ORDER BY created_at');
}

/** Operations that a next control plane goes on with. */
export async function selectUnfinished(on: Queryable, tenantId: string): Promise<{ id: string; kind: string }[]> {
  return on.query("SELECT id, kind FROM operations WHERE tenant_id = $1 AND state IN ('scheduled', 'running')", [
    tenantId,
  ]);
}

/** Puts a sealed text in the place of another; null takes the other away. Passwords and answers are never taken away. */
export async function replaceSealed(on: Queryable, spot: Spot, sealed: string | null): Promise<void> {
  const [text, ...values] = statementOf(spot, sealed === null);
  await on.query(text, sealed === null ? values : [...values, sealed]);
}

function statementOf(spot: Spot, gone: boolean): [string, ...string[]] {
  switch (spot.kind) {
    case 'secret':
      return [
        gone
          ? 'DELETE FROM tenant_secrets WHERE tenant_id = $1 AND name = $2'
          : 'UPDATE tenant_secrets SET sealed = $3 WHERE tenant_id = $1 AND name = $2',
        spot.tenantId,
        spot.name,
      ];
    case 'snapshot':
      return [
        gone
          ? 'UPDATE operation_snapshots SET sealed = sealed - $2 WHERE operation_id = $1'
          : 'UPDATE operation_snapshots SET sealed = jsonb_set(sealed, ARRAY[$2], to_jsonb($3::text)) WHERE operation_id = $1',
        spot.operationId,
        spot.name,
      ];
    case 'password':
      return ['UPDATE backups SET password_sealed = $2 WHERE id = $1', spot.backupId];
    case 'answer':
      return [
        'UPDATE idempotency_keys SET body_sealed = $3 WHERE api_key_id = $1 AND key = $2',
        spot.apiKeyId,
        spot.key,
      ];
  }
}
