import type { Queryable } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import { type Sales, salesBetween, withStoreDatabase } from '../../../tenant-runtime/database/index.ts';
import { databaseName, roleName, SECRET_NAMES } from '../../fleet/tenants/index.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import type { OpenStore } from './sql.ts';

const ANSWER_WITHIN_MS = 5000;
/** What no store sells between two moments that lie a day apart: the store's role may have written anything into its tables. */
const MOST: Sales = { orders: 1_000_000, revenue: 1_000_000_000_000 };

export type SalesAskerDeps = {
  db: Queryable;
  secrets: Secrets;
  /** The cluster as the control plane reaches it. */
  connectionString: string;
  log: Log;
};

export type SalesAsker = {
  /**
   * Asks a store's database with the store's own credentials: whether its runtime is up does not matter.
   * @returns undefined when it does not answer, or answers what cannot be
   */
  ask(
    store: OpenStore,
    period: { from: Date; to: Date; asker: string },
    signal?: AbortSignal,
  ): Promise<Sales | undefined>;
  /** There is no database to ask. */
  isAway(store: OpenStore): void;
};

/** The log gets the reason when a store begins not to answer. */
export function createSalesAsker(deps: SalesAskerDeps): SalesAsker {
  /** Stores, by their ids, whose last answer could not be used. */
  const unusable = new Set<string>();

  function withoutAnswer({ id, store }: OpenStore, why: Record<string, unknown>): undefined {
    if (!unusable.has(id)) deps.log.warn({ store, ...why }, 'the sales of a store are not counted');
    unusable.add(id);
  }

  return {
    async ask(store, { from, to, asker }, signal) {
      const url = new URL(deps.connectionString);
      url.username = roleName(store.store);
      url.password = (await deps.secrets.openAll(deps.db, store.id))[SECRET_NAMES.databasePassword] ?? '';
      url.pathname = `/${databaseName(store.store)}`;
      const limits = { asker, statementTimeoutMillis: ANSWER_WITHIN_MS, ...(signal && { signal }) };
      let sold: Sales;
      try {
        sold = await withStoreDatabase(url.href, limits, (connection) => salesBetween(connection, from, to));
      } catch (err) {
        // That we ended it says nothing about the store.
        return signal?.aborted ? undefined : withoutAnswer(store, { err });
      }
      if (sold.orders > MOST.orders || Math.abs(sold.revenue) > MOST.revenue) return withoutAnswer(store, { sold });
      unusable.delete(store.id);
      return sold;
    },
    isAway: (store) => withoutAnswer(store, { err: new Error(`database ${databaseName(store.store)} does not exist`) }),
  };
}
