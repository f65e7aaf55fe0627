import type { Queryable, Tx } from '../../../../kernel/db.ts';

const KEY = 'payments.methods';

/** What the seller switched on, as it was kept; undefined when nobody ever chose. */
export async function findChoice(on: Queryable): Promise<unknown> {
  const [row] = await on.query<{ value: unknown }>('SELECT value FROM settings WHERE key = $1', [KEY]);
  return row?.value;
}

export async function putChoice(tx: Tx, methods: readonly string[], by: number): Promise<void> {
  await tx.query(
    `INSERT INTO settings (key, value, updated_by) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_by = EXCLUDED.updated_by, updated_at = now()`,
    [KEY, JSON.stringify(methods), by],
  );
}
