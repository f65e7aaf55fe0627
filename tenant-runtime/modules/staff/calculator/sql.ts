import type { Queryable, Tx } from '../../../../kernel/db.ts';

/** A setting that somebody changed. `by` is what that person is called, if they are known. */
export type Setting = { key: string; value: unknown; by: string; at: Date };

export async function listSettings(on: Queryable, keys: readonly string[]): Promise<Setting[]> {
  return on.query(
    `SELECT s.key, s.value, coalesce(u.display_name, u.first_name, s.updated_by::text) AS by, s.updated_at AS at
       FROM settings s LEFT JOIN users u ON u.id = s.updated_by WHERE s.key = ANY($1) ORDER BY s.key`,
    [keys],
  );
}

export async function putSetting(tx: Tx, key: string, value: unknown, by: number): Promise<void> {
  await tx.query(
    `INSERT INTO settings (key, value, updated_by) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_by = EXCLUDED.updated_by, updated_at = now()`,
    [key, JSON.stringify(value), by],
  );
}

export async function deleteSetting(tx: Tx, key: string): Promise<void> {
  await tx.query('DELETE FROM settings WHERE key = $1', [key]);
}
