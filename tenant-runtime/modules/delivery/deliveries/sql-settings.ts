import type { Queryable, Tx } from '../../../../kernel/db.ts';

const KEY = 'delivery.hidden';

/** Whether goods are covered until their buyer taps them. */
export async function goodsHidden(on: Queryable): Promise<boolean> {
  const [row] = await on.query<{ value: unknown }>('SELECT value FROM settings WHERE key = $1', [KEY]);
  return row?.value === true;
}

export async function setGoodsHidden(tx: Tx, hidden: boolean, by: number): Promise<void> {
  await tx.query(
    `INSERT INTO settings (key, value, updated_by) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_by = EXCLUDED.updated_by, updated_at = now()`,
    [KEY, JSON.stringify(hidden), by],
  );
}
