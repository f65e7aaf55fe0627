import { Gauge, type Registry } from '@prometheus-io/client';
import { shared } from '../../platform/shared.ts';

/** What is read from the database when Prometheus asks. */
export type MetricSources = {
  tenantsByState(): Promise<Record<string, number>>;
  queue(): Promise<{ waiting: number; oldestSeconds: number }>;
  /** For how many seconds the store is not where it should be that is so the longest; 0 when each is. */
  reconcileLag(): Promise<number>;
  /** Stores by state and by what their last check found. */
  health(): Promise<{ state: string; result: string; count: number }[]>;
  incidentsByKind(): Promise<Record<string, number>>;
  /** The newest verified backup of each store. */
  backups(): Promise<{ store: string; ageSeconds: number; bytes: number }[]>;
  /** The last drill of each store that passed. */
  drills(): Promise<{ store: string; ageSeconds: number }[]>;
  /** Each is asked once in this time, however often Prometheus asks; in milliseconds. */
  everyMs: number;
};

type Sample = { labels?: Record<string, string>; value: number };

/**
 * Gauges that are read when they are asked for, each by itself: one that another sets would show what was true at the
 * scrape before. Those that tell of the same rows share one look at them.
 */
export function collectFromRows(registry: Registry, sources: MetricSources): void {
  function gauge(name: string, help: string, labelNames: string[], read: () => Promise<Sample[]>): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const samples = await read();
        this.reset();
        for (const { labels = {}, value } of samples) this.set(labels, value);
      },
    });
  }
  const tenants = shared(sources.tenantsByState, sources.everyMs);
  gauge('lapak_tenants', 'Stores by state', ['state'], async () => counts('state', await tenants()));
  const incidents = shared(sources.incidentsByKind, sources.everyMs);
  gauge('lapak_incidents_open', 'Incidents that have not ended, by kind', ['kind'], async () =>
    counts('kind', await incidents()),
  );
  const health = shared(sources.health, sources.everyMs);
  gauge(
    'lapak_tenants_health',
    'Stores by state and by what their last health check found',
    ['state', 'result'],
    async () => (await health()).map(({ state, result, count }) => ({ labels: { state, result }, value: count })),
  );
  const backups = shared(sources.backups, sources.everyMs);
  gauge('lapak_backup_size_bytes', 'Size of the newest verified backup of each store', ['store'], async () =>
    (await backups()).map(({ store, bytes }) => ({ labels: { store }, value: bytes })),
  );
  gauge('lapak_backup_age_seconds', 'Age of the newest verified backup of each store', ['store'], async () =>
    (await backups()).map(({ store, ageSeconds }) => ({ labels: { store }, value: ageSeconds })),
  );
  const drills = shared(sources.drills, sources.everyMs);
  gauge(
    'lapak_drill_age_seconds',
    'Time since a backup of each store was last drilled with success',
    ['store'],
    async () => (await drills()).map(({ store, ageSeconds }) => ({ labels: { store }, value: ageSeconds })),
  );
  const queue = shared(sources.queue, sources.everyMs);
  gauge('lapak_operation_queue_depth', 'Operations that wait for the worker', [], async () => [
    { value: (await queue()).waiting },
  ]);
  gauge('lapak_operation_queue_oldest_seconds', 'Age of the operation that has waited longest', [], async () => [
    { value: (await queue()).oldestSeconds },
  ]);
  const lag = shared(sources.reconcileLag, sources.everyMs);
  gauge(
    'lapak_reconcile_lag_seconds',
    'For how long the store is not where it should be that is so the longest; 0 when each is. Paused stores do not count',
    [],
    async () => [{ value: await lag() }],
  );
}

const counts = (label: string, by: Record<string, number>): Sample[] =>
  Object.entries(by).map(([name, value]) => ({ labels: { [label]: name }, value }));
