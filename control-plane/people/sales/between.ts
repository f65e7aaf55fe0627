import type { Db } from '../../../kernel/db.ts';
import { forEachConcurrently } from '../../../kernel/semaphore.ts';
import { createSalesAsker, selectSellers } from './ask.ts';

/** What all stores sold together, money in rupiah, and how many of them could not be asked. */
export type Sales = { orders: number; revenue: number; unread: number };

const AT_ONCE = 4;

/** Asks each store what it sold between two moments; one that does not answer costs the others nothing. */
export function createSalesReader(
  deps: Parameters<typeof createSalesAsker>[0] & { db: Db },
): (from: Date, to: Date) => Promise<Sales> {
  const ask = createSalesAsker(deps);
  return async (from, to) => {
    const sum: Sales = { orders: 0, revenue: 0, unread: 0 };
    await forEachConcurrently(AT_ONCE, await selectSellers(deps.db), async (seller) => {
      const sold = await ask(seller, { from, to, asker: 'digest' });
      if (!sold) sum.unread += 1;
      sum.orders += sold?.orders ?? 0;
      sum.revenue += sold?.revenue ?? 0;
    });
    return sum;
  };
}
