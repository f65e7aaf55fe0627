import type { Queryable } from '../../../kernel/db.ts';

export async function upsertSecret(on: Queryable, tenantId: string, name: string, sealed: string): Promise<void> {
  await on.query(
    `INSERT INTO tenant_secrets (tenant_id, name, sealed) VALUES ($1, $2, $3)
     ON CONFLICT (tenant_id, name) DO UPDATE SET sealed = EXCLUDED.sealed`,
    [tenantId, name, sealed],
  );
}

export async function deleteSecret(on: Queryable, tenantId: string, name: string): Promise<void> {
  await on.query('DELETE FROM tenant_secrets WHERE tenant_id = $1 AND name = $2', [tenantId, name]);
}

export async function selectSecrets(on: Queryable, tenantId: string): Promise<{ name: string; sealed: string }[]> {
  return on.query('SELECT name, sealed FROM tenant_secrets WHERE tenant_id = $1 ORDER BY name', [tenantId]);
}

/** Puts these sealed texts, by name, in place of all that the tenant has. */
export async function replaceSecrets(
  on: Queryable,
  tenantId: string,
  sealed: Readonly<Record<string, string>>,
): Promise<void> {
  await on.query('DELETE FROM tenant_secrets WHERE tenant_id = $1', [tenantId]);
  await on.query(
    'INSERT INTO tenant_secrets (tenant_id, name, sealed) SELECT $1, key, value FROM jsonb_each_text($2::jsonb)',
    [tenantId, sealed],
  );
}

/** Ids of the master keys that anything needs that lies sealed for longer than a day, whichever module it belongs to. */
export async function selectAllKeyIds(on: Queryable): Promise<string[]> {
  const rows = await on.query<{ key_id: string }>(
    `SELECT DISTINCT split_part(sealed, '.', 2) AS key_id
     FROM (SELECT sealed FROM tenant_secrets
           UNION ALL SELECT password_sealed FROM backups WHERE state IN ('making', 'made', 'verified')
           UNION ALL SELECT e.value FROM operation_snapshots s, jsonb_each_text(s.sealed) e) AS all_sealed
     ORDER BY key_id`,
  );
  return rows.map((row) => row.key_id);
}

/** Ids of the master keys that any stored secret needs. */
export async function selectKeyIds(on: Queryable): Promise<string[]> {
  const rows = await on.query<{ key_id: string }>(
    "SELECT DISTINCT split_part(sealed, '.', 2) AS key_id FROM tenant_secrets ORDER BY key_id",
  );
  return rows.map((row) => row.key_id);
}
