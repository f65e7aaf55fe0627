import type { Db } from '../../../../kernel/db.ts';
import type { Log } from '../../../../kernel/log.ts';
import type { OwnerEvents } from '../../delivery/owner-events/index.ts';
import { booksAreOff } from './copy.ts';
import { outOfBalance } from './sql.ts';

/**
 * Compares every balance with the sum of its entries. They cannot differ, as far as we know: if they do, the owners must
 * hear of it at once, and once a day until it is mended.
 */
export function createBooksCheck(deps: { owners: Pick<OwnerEvents, 'tell'>; log: Log }) {
  return async (db: Db, now: Date): Promise<void> => {
    const wrong = await outOfBalance(db);
    if (wrong.length === 0) return;
    deps.log.error({ wallets: wrong.length }, 'balances differ from their entries');
    await db.tx((tx) =>
      deps.owners.tell(tx, {
        cause: `books:${now.toISOString().slice(0, 10)}`,
        kind: 'money',
        severity: 'fatal',
        text: booksAreOff(wrong),
      }),
    );
  };
}
