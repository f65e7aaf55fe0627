import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import type { AlertSink } from '../../platform/alerting.ts';
import type { Hanging } from '../operations/index.ts';
import { selectTenantById } from '../tenants/index.ts';
import type { Reconciler } from './reconciler.ts';
import { type StuckTenant, selectPutToRest, selectStuckTenants } from './sql.ts';

/** Beginnings of the keys of the incidents that are ours to open and to close. */
const KEYS = { store: 'stuck:store:', operation: 'stuck:operation:', driver: 'stuck:driver' } as const;

/**
 * Finds what does not come to an end by itself, and tells the owners once: stores that are not where they should be,
 * operations that outlast their deadlines, a driver that does not answer.
 */
export function watchdogTask(deps: {
  db: Db;
  clock: Clock;
  alerts: AlertSink;
  metrics: { stuckTenants(count: number): void };
  reconciler: Pick<Reconciler, 'trouble'>;
  hanging(): Promise<Hanging[]>;
  /** How long a store may be elsewhere than it should. */
  stuckAfterMs: number;
  everyMs: number;
}): BackgroundTask {
  const { db, clock, alerts, metrics, reconciler, stuckAfterMs, everyMs } = deps;

  async function run(): Promise<void> {
    const before = new Date(clock.now().getTime() - stuckAfterMs);
    const operations = await deps.hanging();
    const trouble = reconciler.trouble();
    await db.tx(async (tx) => {
      const stores = await selectStuckTenants(tx, before);
      const alone = stores.filter(({ busy }) => !busy);
      metrics.stuckTenants(new Set([...alone.map(({ id }) => id), ...operations.map((one) => one.tenant_id)]).size);
      const driverIsAway = trouble !== undefined && trouble.since <= before;
      await alerts.converge(tx, KEYS.driver, driverIsAway ? [ofDriver(trouble.reason)] : []);
      await alerts.converge(tx, KEYS.operation, await Promise.all(operations.map((one) => ofOperation(tx, one))));
      // While nothing can be seen, nothing is known to be over.
      if (trouble) return;
      // Nobody knows whether one that was stopped would run.
      for (const store of await selectPutToRest(tx, KEYS.store))
        await alerts.closeUnresolved(tx, store, ['runtime_down']);
      await alerts.converge(tx, KEYS.store, alone.filter(({ told }) => !told).map(ofStore), stores.map(keyOf));
    });
  }

  return { name: 'watchdog', run, everyMs, retryMs: () => everyMs };
}

const keyOf = ({ id }: StuckTenant): string => `${KEYS.store}${id}`;

const ofStore = (tenant: StuckTenant) => ({
  kind: 'runtime_down' as const,
  key: keyOf(tenant),
  severity: 'error' as const,
  about: { tenantId: tenant.id, store: tenant.store, storeName: tenant.store_name },
  detail: `${tenant.reason ?? `should be ${tenant.desired_state}`}, since ${tenant.unsettled_since.toISOString()}`,
});

async function ofOperation(tx: Tx, { id, kind, store, tenant_id: tenantId, step, since }: Hanging) {
  const tenant = await selectTenantById(tx, tenantId);
  return {
    kind: 'operation_stuck' as const,
    key: `${KEYS.operation}${id}`,
    severity: 'error' as const,
    about: { tenantId, store, storeName: tenant?.store_name ?? store },
    detail: `${kind} ${id}: ${step}, since ${since.toISOString()}`,
  };
}

const ofDriver = (reason: string) => ({
  kind: 'platform' as const,
  key: KEYS.driver,
  severity: 'fatal' as const,
  detail: reason,
});
