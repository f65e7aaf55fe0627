import type { Db } from '../../../kernel/db.ts';
import { forEachConcurrently } from '../../../kernel/semaphore.ts';
import { createSalesAsker, type SalesAskerDeps } from './ask.ts';
import { selectOpenStores } from './sql.ts';

/** What all stores sold together, money in rupiah, and how many of them could not be asked. */
export type FleetSales = { orders: number; revenue: number; unread: number };

const AT_ONCE = 4;

/** Asks each store what it sold between two moments; one that does not answer costs the others nothing. */
export function createSalesReader(deps: SalesAskerDeps & { db: Db }): (from: Date, to: Date) => Promise<FleetSales> {
  const { ask } = createSalesAsker(deps);
  return async (from, to) => {
    const sum: FleetSales = { orders: 0, revenue: 0, unread: 0 };
    await forEachConcurrently(AT_ONCE, await selectOpenStores(deps.db), async (store) => {
      const sold = await ask(store, { from, to, asker: 'digest' });
      if (!sold) sum.unread += 1;
      sum.orders += sold?.orders ?? 0;
      sum.revenue += sold?.revenue ?? 0;
    });
    return sum;
  };
}
