import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { TaskStatus } from '../../../kernel/background-tasks.ts';
import { collectFromRows, type MetricSources } from './from-rows.ts';

export type Metrics = {
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
  contentType: string;
  request(labels: { method: string; route: string; status: number }, seconds: number): void;
  operation(labels: { kind: string; result: string }, seconds: number): void;
  /** A sweep over all stores came to its end. */
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

/** Metrics of one control plane, in a registry of its own. */
export function createMetrics(sources: MetricSources & { tasks(): TaskStatus[] }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  let measuresProcess = false;
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
  const sweepTook = new Gauge({
    name: 'lapak_reconcile_sweep_seconds',
    help: 'How long the last sweep over all stores took that came to its end',
    registers,
  });
  let sweptAt = performance.now();
  new Gauge({
    name: 'lapak_reconcile_sweep_age_seconds',
    help: 'Time since a sweep over all stores came to its end, or since the start; it grows while the driver does not answer',
    registers,
    collect() {
      this.set((performance.now() - sweptAt) / 1000);
    },
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
  collectFromRows(registry, sources);
  collectTasks(registry, sources.tasks);
  const stuck = new Gauge({
    name: 'lapak_stuck_tenants',
    help: 'Stores that are not where they should be for too long, or whose operation outlasts its deadlines',
    registers,
  });
  return {
    text() {
      // Their timers run until the process ends, a hundred times a second: they begin when somebody asks for the first time.
      if (!measuresProcess) collectDefaultMetrics({ register: registry, prefix: 'lapak_' });
      measuresProcess = true;
      return registry.metrics();
    },
    contentType: registry.contentType,
    request: (labels, seconds) => requests.observe(labels, seconds),
    operation: (labels, seconds) => operations.observe(labels, seconds),
    swept(seconds) {
      sweptAt = performance.now();
      sweepTook.set(seconds);
    },
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

/** What each background task of the control plane did last. */
function collectTasks(registry: Registry, tasks: () => TaskStatus[]): void {
  function gauge(name: string, help: string, read: (task: TaskStatus) => number | null): void {
    new Gauge({
      name,
      help,
      labelNames: ['task'],
      registers: [registry],
      collect() {
        for (const task of tasks()) {
          const value = read(task);
          if (value !== null) this.set({ task: task.name }, value);
        }
      },
    });
  }
  gauge(
    'lapak_background_task_last_run_timestamp_seconds',
    'When the last run of a background task began',
    ({ lastStartedAt }) => (lastStartedAt === null ? null : lastStartedAt.getTime() / 1000),
  );
  gauge('lapak_background_task_last_duration_seconds', 'How long the last run of a background task took', (task) =>
    task.lastDurationMs === null ? null : task.lastDurationMs / 1000,
  );
  gauge(
    'lapak_background_task_failures',
    'Runs of a background task that failed in a row; 0 when the last went well',
    (task) => task.failures,
  );
}
