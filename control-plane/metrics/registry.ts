import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { shared } from '../shared.ts';

export type Metrics = {
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
  contentType: string;
  request(labels: { method: string; route: string; status: number }, seconds: number): void;
  operation(labels: { kind: string; result: string }, seconds: number): void;
  /** A sweep over all stores. */
  swept(seconds: number): void;
  /** What was done to one store. */
  reconciledOne(actions: readonly string[]): void;
  unknownRuntimes(count: number): void;
  /** What one check of a store found. */
  healthCheck(labels: { check: string; result: string }): void;
  /** An owner was told of an alert of this kind. */
  alertSent(kind: string): void;
  stuckTenants(count: number): void;
  drill(result: 'passed' | 'failed'): void;
};

/** What is read from the database when Prometheus asks. */
export type MetricSources = {
  tenantsByState(): Promise<Record<string, number>>;
  queue(): Promise<{ waiting: number; oldestSeconds: number }>;
  /** Stores by state and by what their last check found. */
  health(): Promise<{ state: string; result: string; count: number }[]>;
  incidentsByKind(): Promise<Record<string, number>>;
  /** The newest verified backup of each store. */
  backups(): Promise<{ store: string; ageSeconds: number; bytes: number }[]>;
  /** The last drill of each store that passed. */
  drills(): Promise<{ store: string; ageSeconds: number }[]>;
};

/** Anybody may ask, and as often as they like: the database is asked once in this time. */
const READ_FOR_MS = 5_000;

/** Metrics of one control plane, in a registry of its own. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'lapak_' });
  const requests = new Histogram({
    name: 'lapak_http_request_duration_seconds',
    help: 'Requests by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const operations = new Histogram({
    name: 'lapak_operation_duration_seconds',
    help: 'Operations by kind and result, from first start to end; a retry begins anew',
    labelNames: ['kind', 'result'],
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 120, 300],
    registers,
  });
  const sweepLag = new Gauge({
    name: 'lapak_reconcile_lag_seconds',
    help: 'How long the last sweep over all tenants took',
    registers,
  });
  const actions = new Counter({
    name: 'lapak_reconcile_actions_total',
    help: 'What the reconciler did to runtimes',
    labelNames: ['action'],
    registers,
  });
  const unknown = new Gauge({
    name: 'lapak_unknown_runtimes',
    help: 'Runtimes that carry our label and belong to no tenant',
    registers,
  });
  const alerts = new Counter({
    name: 'lapak_alerts_sent_total',
    help: 'Alerts that owners were told of, by kind; one for each owner',
    labelNames: ['kind'],
    registers,
  });
  const checks = new Counter({
    name: 'lapak_health_checks_total',
    help: 'Health checks of stores by check and result',
    labelNames: ['check', 'result'],
    registers,
  });
  const drills = new Counter({
    name: 'lapak_drills_total',
    help: 'Backups that were restored beside their store and counted',
    labelNames: ['result'],
    registers,
  });
  collectFromDatabase(registry, sources);
  const stuck = new Gauge({
    name: 'lapak_stuck_tenants',
    help: 'Stores that are not where they should be for too long, or whose operation outlasts its deadlines',
    registers,
  });
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    request: (labels, seconds) => requests.observe(labels, seconds),
    operation: (labels, seconds) => operations.observe(labels, seconds),
    swept: (seconds) => sweepLag.set(seconds),
    reconciledOne(done) {
      for (const action of done) actions.inc({ action });
    },
    drill: (result) => drills.inc({ result }),
    unknownRuntimes: (count) => unknown.set(count),
    healthCheck: (labels) => checks.inc(labels),
    alertSent: (kind) => alerts.inc({ kind }),
    stuckTenants: (count) => stuck.set(count),
  };
}

function collectFromDatabase(registry: Registry, sources: MetricSources): void {
  const registers = [registry];
  const tenantsByState = shared(sources.tenantsByState, READ_FOR_MS);
  const queue = shared(sources.queue, READ_FOR_MS);
  const backups = shared(sources.backups, READ_FOR_MS);
  new Gauge({
    name: 'lapak_tenants',
    help: 'Stores by state',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      for (const [state, count] of Object.entries(await tenantsByState())) this.set({ state }, count);
    },
  });
  const incidents = shared(sources.incidentsByKind, READ_FOR_MS);
  new Gauge({
    name: 'lapak_incidents_open',
    help: 'Incidents that have not ended, by kind',
    labelNames: ['kind'],
    registers,
    async collect() {
      this.reset();
      for (const [kind, count] of Object.entries(await incidents())) this.set({ kind }, count);
    },
  });
  const health = shared(sources.health, READ_FOR_MS);
  new Gauge({
    name: 'lapak_tenants_health',
    help: 'Stores by state and by what their last health check found',
    labelNames: ['state', 'result'],
    registers,
    async collect() {
      this.reset();
      for (const { state, result, count } of await health()) this.set({ state, result }, count);
    },
  });
  const sizes = new Gauge({
    name: 'lapak_backup_size_bytes',
    help: 'Size of the newest verified backup of each store',
    labelNames: ['store'],
    registers,
  });
  new Gauge({
    name: 'lapak_backup_age_seconds',
    help: 'Age of the newest verified backup of each store',
    labelNames: ['store'],
    registers,
    async collect() {
      this.reset();
      sizes.reset();
      for (const { store, ageSeconds, bytes } of await backups()) {
        this.set({ store }, ageSeconds);
        sizes.set({ store }, bytes);
      }
    },
  });
  const drills = shared(sources.drills, READ_FOR_MS);
  new Gauge({
    name: 'lapak_drill_age_seconds',
    help: 'Time since a backup of each store was last drilled with success',
    labelNames: ['store'],
    registers,
    async collect() {
      this.reset();
      for (const { store, ageSeconds } of await drills()) this.set({ store }, ageSeconds);
    },
  });
  const oldest = new Gauge({
    name: 'lapak_operation_queue_oldest_seconds',
    help: 'Age of the operation that has waited longest',
    registers,
  });
  new Gauge({
    name: 'lapak_operation_queue_depth',
    help: 'Operations that wait for the worker',
    registers,
    async collect() {
      const { waiting, oldestSeconds } = await queue();
      this.set(waiting);
      oldest.set(oldestSeconds);
    },
  });
}
