import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import { type KeyScope, ROUTES, type Summary, TENANT_STATES } from '../../api/contract/index.ts';
import type { Define } from '../../api/http/index.ts';
import { countRollouts } from '../../fleet/rollouts/index.ts';
import { countShards } from '../../fleet/shards/index.ts';
import { countTenantsByState } from '../../fleet/tenants/index.ts';
import { countStandings } from '../../recovery/backups/index.ts';
import { countOpenIncidents, countOperations, countRents, selectNextRents } from './sql.ts';

const MOST_RENTS = 20;

export type Summaries = {
  /** The fleet as it is now, for whoever has this scope. */
  show(scope: KeyScope): Promise<Summary>;
};

/** The fleet in numbers: few queries of the control database, and none of a store's. */
export function createSummaries(deps: { db: Db; clock: Clock; sales(): Summary['sales'] }): Summaries {
  const { db, clock } = deps;
  return {
    async show(scope) {
      const now = clock.now();
      const [states, operations, incidents, rents, nextRents, backups, rollouts, shards] = await Promise.all([
        countTenantsByState(db),
        countOperations(db, now),
        scope === 'viewer' ? null : countOpenIncidents(db),
        countRents(db, now),
        selectNextRents(db, now, MOST_RENTS),
        countStandings(db, now),
        countRollouts(db),
        countShards(db),
      ]);
      const byState = { ...NONE, ...states };
      return {
        tenants: { total: Object.values(byState).reduce((sum, count) => sum + count, 0), byState },
        operations,
        incidents,
        rent: {
          ...rents,
          next: nextRents.map((rent) => ({
            store: rent.store,
            storeName: rent.store_name,
            paidUntil: rent.paid_until.toISOString(),
          })),
        },
        backups,
        sales: deps.sales(),
        rollouts,
        shards,
        scope,
      };
    },
  };
}

const NONE = Object.fromEntries(TENANT_STATES.map((state) => [state, 0])) as Summary['tenants']['byState'];

export function summaryRoutes(define: Define, summaries: Summaries): void {
  define(ROUTES.showSummary, ({ caller }) => summaries.show(caller.scope));
}
