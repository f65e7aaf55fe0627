import type { Clock } from '../../../../kernel/clock.ts';
import type { Queryable } from '../../../../kernel/db.ts';
import type { Stock } from '../../shop/stock/index.ts';
import type { Period, Report } from './schema.ts';
import { bestSellers, bucketsOf, countWaiting, figuresOf, spanOf } from './sql.ts';

const BEST_SELLERS = 5;
const SHORTFALLS = 5;

export type Statistics = {
  /** How the store did in the days up to now, by its own calendar. Reads only. */
  report(on: Queryable, period: Period): Promise<Report>;
};

export function createStatistics(deps: {
  stock: Pick<Stock, 'shortfalls'>;
  timeZone: string;
  clock: Clock;
}): Statistics {
  return {
    async report(on, period) {
      const of = { now: deps.clock.now(), days: period, timeZone: deps.timeZone };
      const span = await spanOf(on, of);
      const [figures, before] = await figuresOf(on, span);
      return {
        period,
        figures,
        before,
        bestSellers: await bestSellers(on, span.begins, BEST_SELLERS),
        buckets: await bucketsOf(on, { ...of, since: span.begins }),
        waiting: await countWaiting(on),
        low: await deps.stock.shortfalls(on, SHORTFALLS),
      };
    },
  };
}
