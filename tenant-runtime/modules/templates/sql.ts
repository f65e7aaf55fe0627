import type { Tx } from '../../../kernel/db.ts';

export async function findOverride(tx: Tx, key: string): Promise<string | undefined> {
  const [row] = await tx.query<{ body: string }>('SELECT body FROM templates WHERE key = $1', [key]);
  return row?.body;
}

/** Removes this very text. False when somebody else has changed or removed it meanwhile. */
export async function deleteOverride(tx: Tx, key: string, body: string): Promise<boolean> {
  const rows = await tx.query('DELETE FROM templates WHERE key = $1 AND body = $2 RETURNING key', [key, body]);
  return rows.length > 0;
}
