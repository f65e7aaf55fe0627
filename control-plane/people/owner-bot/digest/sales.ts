import type { Db } from '../../../../kernel/db.ts';
import { forEachConcurrently } from '../../../../kernel/semaphore.ts';
import { salesBetween, withStoreDatabase } from '../../../../tenant-runtime/database/index.ts';
import { databaseName, roleName, SECRET_NAMES } from '../../../fleet/tenants/index.ts';
import type { Secrets } from '../../../platform/secrets/index.ts';
import { selectSellers } from './sql.ts';

/** What all stores sold together, money in rupiah, and how many of them could not be asked. */
export type Sales = { orders: number; revenue: number; unread: number };

const AT_ONCE = 4;
const ANSWER_WITHIN_MS = 5000;

/**
 * Asks each store's database with the store's own credentials: whether its runtime is up does not matter, and one that does
 * not answer costs the others nothing.
 */
export function createSalesReader(deps: {
  db: Db;
  secrets: Secrets;
  /** The cluster as the control plane reaches it. */
  connectionString: string;
}): (from: Date, to: Date) => Promise<Sales> {
  const { db, secrets } = deps;

  async function ask(seller: { id: string; store: string }, from: Date, to: Date) {
    const url = new URL(deps.connectionString);
    url.username = roleName(seller.store);
    url.password = (await secrets.openAll(db, seller.id))[SECRET_NAMES.databasePassword] ?? '';
    url.pathname = `/${databaseName(seller.store)}`;
    const asker = { asker: 'digest', statementTimeoutMillis: ANSWER_WITHIN_MS };
    return withStoreDatabase(url.href, asker, (store) => salesBetween(store, from, to));
  }

  return async (from, to) => {
    const sum: Sales = { orders: 0, revenue: 0, unread: 0 };
    const sellers = await selectSellers(db);
    await forEachConcurrently(AT_ONCE, sellers, async (seller) => {
      const sold = await ask(seller, from, to).catch(() => undefined);
      if (!sold) sum.unread += 1;
      sum.orders += sold?.orders ?? 0;
      sum.revenue += sold?.revenue ?? 0;
    });
    return sum;
  };
}
