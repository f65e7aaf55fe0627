import type { Clock } from '../../../kernel/clock.ts';
import type { Db } from '../../../kernel/db.ts';
import { countWaiting } from '../../fleet/operations/index.ts';
import { selectLag } from '../../fleet/reconciler/index.ts';
import { countTenantsByState } from '../../fleet/tenants/index.ts';
import { selectNewestGood } from '../../recovery/backups/index.ts';
import { selectLastPassed } from '../../recovery/drills/index.ts';
import { countOpenByKind } from '../alerts/index.ts';
import { countByHealth } from '../health/sql.ts';
import type { MetricSources } from './from-rows.ts';

/** What metrics tell of, from the rows of the control database. */
export function metricSources({ db, clock }: { db: Db; clock: Clock }): Omit<MetricSources, 'everyMs'> {
  const ageSeconds = (at: Date) => (clock.now().getTime() - at.getTime()) / 1000;
  return {
    tenantsByState: () => countTenantsByState(db),
    queue: () => countWaiting(db, clock.now()),
    reconcileLag: () => selectLag(db, clock.now()),
    health: () => countByHealth(db),
    incidentsByKind: () => countOpenByKind(db),
    async backups() {
      const rows = await selectNewestGood(db);
      return rows.map(({ store, started_at: at, size }) => ({ store, ageSeconds: ageSeconds(at), bytes: size }));
    },
    async drills() {
      return (await selectLastPassed(db)).map(({ store, at }) => ({ store, ageSeconds: ageSeconds(at) }));
    },
  };
}
