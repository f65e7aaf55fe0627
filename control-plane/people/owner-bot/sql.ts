import type { Queryable } from '../../../kernel/db.ts';
import type { TenantState } from '../../api/contract/index.ts';

/** @returns false when this update was taken up before */
export async function claimUpdate(on: Queryable, botId: number, updateId: number, at: Date): Promise<boolean> {
  const rows = await on.query(
    `INSERT INTO owner_bot_updates (bot_id, update_id, taken_at) VALUES ($1, $2, $3)
     ON CONFLICT DO NOTHING RETURNING update_id`,
    [botId, updateId, at],
  );
  return rows.length > 0;
}

export async function deleteUpdatesBefore(on: Queryable, at: Date): Promise<void> {
  await on.query('DELETE FROM owner_bot_updates WHERE taken_at < $1', [at]);
}

export type ListedStore = { store: string; storeName: string; state: TenantState };

export async function selectStoresPage(
  on: Queryable,
  page: { offset: number; limit: number },
): Promise<{ stores: ListedStore[]; total: number }> {
  const stores = await on.query<ListedStore>(
    'SELECT store, store_name AS "storeName", state FROM tenants ORDER BY store OFFSET $1 LIMIT $2',
    [page.offset, page.limit],
  );
  const [row] = await on.query<{ total: number }>('SELECT count(*)::int AS total FROM tenants');
  return { stores, total: row?.total ?? 0 };
}

/** Names of the stores that somebody owns who need not own this control plane. */
export async function selectStoresOwnedBy(on: Queryable, telegramId: number): Promise<string[]> {
  const rows = await on.query<{ name: string }>(
    'SELECT store_name AS name FROM tenants WHERE $1 = ANY(owner_ids) ORDER BY store LIMIT 10',
    [telegramId],
  );
  return rows.map(({ name }) => name);
}
