import type { Queryable } from '../../../kernel/db.ts';
import { type Sales, salesBetween, withStoreDatabase } from '../../../tenant-runtime/database/index.ts';
import { databaseName, roleName, SECRET_NAMES } from '../../fleet/tenants/index.ts';
import type { Secrets } from '../../platform/secrets/index.ts';

/** A store that has a database. */
export type Seller = { id: string; store: string; env: Record<string, string> };

export async function selectSellers(on: Queryable): Promise<Seller[]> {
  return on.query(
    "SELECT id, store, env FROM tenants WHERE provisioned_at IS NOT NULL AND desired_state <> 'removed' ORDER BY store",
  );
}

const ANSWER_WITHIN_MS = 5000;
/** What no store sells between two moments that lie a day apart: the store's role may have written anything into its tables. */
const MOST: Sales = { orders: 1_000_000, revenue: 1_000_000_000_000 };

/**
 * Asks a store's database with the store's own credentials: whether its runtime is up does not matter.
 * @returns undefined when it does not answer, or answers what cannot be
 */
export function createSalesAsker(deps: {
  db: Queryable;
  secrets: Secrets;
  /** The cluster as the control plane reaches it. */
  connectionString: string;
}): (seller: Seller, period: { from: Date; to: Date; asker: string }, signal?: AbortSignal) => Promise<Sales | undefined> {
  return async (seller, { from, to, asker }, signal) => {
    const url = new URL(deps.connectionString);
    url.username = roleName(seller.store);
    url.password = (await deps.secrets.openAll(deps.db, seller.id))[SECRET_NAMES.databasePassword] ?? '';
    url.pathname = `/${databaseName(seller.store)}`;
    const limits = { asker, statementTimeoutMillis: ANSWER_WITHIN_MS, ...(signal && { signal }) };
    const sold = await withStoreDatabase(url.href, limits, (store) => salesBetween(store, from, to)).catch(() => undefined);
    if (!sold || sold.orders > MOST.orders || Math.abs(sold.revenue) > MOST.revenue) return undefined;
    return sold;
  };
}
