import type { Queryable, Tx } from '../../../../kernel/db.ts';

export async function findOverride(on: Queryable, key: string): Promise<string | undefined> {
  const [row] = await on.query<{ body: string }>('SELECT body FROM templates WHERE key = $1', [key]);
  return row?.body;
}

/** A template that somebody changed. `by` is what that person is called, if they are known. */
export type Override = { key: string; body: string; by: string; at: Date };

export async function listOverrides(on: Queryable): Promise<Override[]> {
  return on.query(
    `SELECT t.key, t.body, coalesce(u.display_name, u.first_name, t.updated_by::text) AS by, t.updated_at AS at
       FROM templates t LEFT JOIN users u ON u.id = t.updated_by ORDER BY t.key`,
  );
}

export async function putOverride(tx: Tx, key: string, body: string, by: number): Promise<void> {
  await tx.query(
    `INSERT INTO templates (key, body, updated_by) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET body = EXCLUDED.body, updated_by = EXCLUDED.updated_by, updated_at = now()`,
    [key, body, by],
  );
}

/** Removes this very text. False when somebody else has changed or removed it meanwhile. */
export async function deleteOverride(tx: Tx, key: string, body: string): Promise<boolean> {
  const rows = await tx.query('DELETE FROM templates WHERE key = $1 AND body = $2 RETURNING key', [key, body]);
  return rows.length > 0;
}
