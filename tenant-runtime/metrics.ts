import { Counter, Gauge, Registry } from '@prometheus-io/client';
import type { TaskStatus } from '../kernel/background-tasks.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** Counters and gauges of one store, in a registry of its own: one process may host many stores. */
export function createMetrics(store: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ store });
  const registers = [registry];
  return {
    registry,
    updates: new Counter({
      name: 'lapak_updates_total',
      help: 'Telegram updates by result',
      labelNames: ['result'],
      registers,
    }),
    telegram: new Counter({
      name: 'lapak_telegram_refusals_total',
      help: 'Calls that Telegram answered with an error, by code',
      labelNames: ['code'],
      registers,
    }),
    gateway: new Counter({
      name: 'lapak_gateway_calls_total',
      help: 'Calls to the payment gateway by call and result',
      labelNames: ['call', 'result'],
      registers,
    }),
    settlements: new Counter({
      name: 'lapak_settlements_total',
      help: 'Settlements by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    webhooks: new Counter({
      name: 'lapak_payment_webhooks_total',
      help: 'Payment webhooks by result',
      labelNames: ['result'],
      registers,
    }),
    broadcast: new Counter({
      name: 'lapak_broadcast_messages_total',
      help: 'Messages of broadcasts by what became of them',
      labelNames: ['outcome'],
      registers,
    }),
    orders: new Gauge({
      name: 'lapak_orders',
      help: 'Orders by state, read from the database when scraped',
      labelNames: ['state'],
      registers,
    }),
    deliveriesPending: new Gauge({
      name: 'lapak_deliveries_pending',
      help: 'Paid orders whose goods Telegram has not taken yet',
      registers,
    }),
    deliveriesOldest: new Gauge({
      name: 'lapak_deliveries_oldest_seconds',
      help: 'Age of the oldest of them',
      registers,
    }),
    taskFailures: new Gauge({
      name: 'lapak_background_task_failures',
      help: 'Failed runs in a row of a background task',
      labelNames: ['task'],
      registers,
    }),
    taskLastRun: new Gauge({
      name: 'lapak_background_task_last_run_timestamp_seconds',
      help: 'When the last run of a background task began',
      labelNames: ['task'],
      registers,
    }),
    taskDuration: new Gauge({
      name: 'lapak_background_task_last_duration_seconds',
      help: 'How long the last run of a background task took',
      labelNames: ['task'],
      registers,
    }),
  };
}

export function showTasks(metrics: Metrics, tasks: readonly TaskStatus[]): void {
  for (const { name: task, failures, lastStartedAt, lastDurationMs } of tasks) {
    metrics.taskFailures.set({ task }, failures);
    if (lastStartedAt) metrics.taskLastRun.set({ task }, lastStartedAt.getTime() / 1000);
    if (lastDurationMs !== null) metrics.taskDuration.set({ task }, lastDurationMs / 1000);
  }
}
