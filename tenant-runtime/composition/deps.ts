import type { Api } from 'grammy';
import type { BackgroundTasks } from '../../kernel/background-tasks.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Db } from '../../kernel/db.ts';
import type { Failpoint } from '../../kernel/failpoint.ts';
import type { Jobs } from '../../kernel/jobs.ts';
import type { Log } from '../../kernel/log.ts';
import type { TenantConfig } from '../config.ts';
import type { GatewayFactory } from '../gateway/index.ts';
import type { Metrics } from '../metrics.ts';

export const QUEUES = {
  invoice: { retryLimit: 1000, retryDelay: 1, retryDelayMax: 300, expireInSeconds: 120, batchSize: 5 },
  // Questions that people ask: apart from the invoices, so that many questions hold up no sale.
  question: { retryLimit: 20, retryDelay: 1, retryDelayMax: 60, expireInSeconds: 120, batchSize: 5, exclusive: true },
  delivery: { retryLimit: 100_000, retryDelay: 1, retryDelayMax: 300, expireInSeconds: 300, batchSize: 5 },
  notice: { retryLimit: 100, retryDelay: 1, retryDelayMax: 300, expireInSeconds: 120, batchSize: 5 },
} as const;

export type QueueName = keyof typeof QUEUES;

/** What the modules of a store are made of. */
export type StoreDeps = {
  config: TenantConfig;
  db: Db;
  jobs: Jobs<QueueName>;
  /** What activates the store's background tasks, by their names. */
  activator: BackgroundTasks['activator'];
  /** For what somebody waits for. */
  api: Api;
  /** The same bot, for news that a queue keeps, and for what everybody gets; `api` where they are not told apart. */
  newsApi?: Api;
  bulkApi?: Api;
  ownerApi: Api | undefined;
  metrics: Metrics;
  clock: Clock;
  log: Log;
  failpoint: Failpoint;
  /** Payment gateways in place of those that the store knows. */
  gateways?: readonly GatewayFactory[] | undefined;
};
