import type { Clock } from '../../kernel/clock.ts';
import type { SealingKey } from '../../kernel/crypto.ts';
import type { Db } from '../../kernel/db.ts';
import type { Failpoint } from '../../kernel/failpoint.ts';
import type { Jobs } from '../../kernel/jobs.ts';
import type { Log } from '../../kernel/log.ts';
import type { Alerts } from '../alerts/index.ts';
import type { Audit } from '../audit/index.ts';
import type { ApiKeys } from '../auth/index.ts';
import type { Backups } from '../backups/index.ts';
import type { ControlPlaneConfig } from '../config.ts';
import type { SideDatabases } from '../databases/index.ts';
import type { Driver } from '../drivers/index.ts';
import type { Health } from '../health/index.ts';
import type { ReadinessCheck } from '../http/index.ts';
import type { Idempotency } from '../idempotency/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { Engine, Operations } from '../operations/index.ts';
import type { OwnerBot } from '../owner-bot/index.ts';
import type { OwnerMessages } from '../owner-messages/index.ts';
import type { Orphans, Reconciler } from '../reconciler/index.ts';
import type { Rehearsals } from '../rehearsal/index.ts';
import type { DeploymentTemplates } from '../rendering/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Sellers } from '../sellers/index.ts';
import type { TenantEvents } from '../tenant-events/index.ts';
import type { shownConfiguration, Tenants } from '../tenants/index.ts';
import type { QueueName } from './jobs.ts';
import type { Recovering } from './recovering.ts';

/** Everything that the control plane does, put together. */
export type Services = {
  apiKeys: ApiKeys;
  audit: Audit;
  backups: Backups;
  rehearsals: Rehearsals;
  recovering: ReturnType<Recovering['open']>;
  sides: SideDatabases;
  idempotency: Idempotency;
  metrics: Metrics;
  operations: Operations;
  secrets: Secrets;
  tenants: Tenants;
  configuration(store: string): ReturnType<typeof shownConfiguration>;
  checks: Readonly<Record<string, ReadinessCheck>>;
  tenantEvents: TenantEvents;
  alerts: Alerts;
  health: Health;
  ownerMessages: OwnerMessages;
  /** Undefined without a token for it. */
  ownerBot: OwnerBot | undefined;
  sellers: Sellers;
  jobs: Jobs<QueueName>;
  engine: Engine;
  orphans: Orphans;
  reconciler: Reconciler;
  /** What else goes on behind the API, in the order of starting; stopped in the reverse order. */
  background: readonly Background[];
};

/** Something that works by itself from the start of the control plane to its end. */
export type Background = { name: string; start(): void | Promise<void>; stop(): Promise<void> };

export type ServiceDeps = {
  config: ControlPlaneConfig;
  /** Of the role that owns the control database: for jobs, which bring their own tables. */
  connectionString: string;
  /** The same role, for roles and databases of stores. */
  cluster: Db;
  /** The role that serves: it cannot change what was audited, nor make anything in the cluster. */
  db: Db;
  clock: Clock;
  log: Log;
  failpoint: Failpoint;
  driver: Driver;
  keys: readonly SealingKey[];
  templates: DeploymentTemplates;
  /** Newest migration that a store's runtime of this version brings along. */
  newestMigration: string | null;
  rhythm?: Partial<Rhythm> | undefined;
};

/** How often what works by itself looks, in milliseconds. */
export type Rhythm = {
  /** At every store's runtime. */
  sweepMs: number;
  /** For what is stuck. */
  watchMs: number;
  /** At what all stores stand on. */
  groundMs: number;
  /** At what schedules are due, 1 to 45 seconds. */
  schedulesMs: number;
  /** At the rows that metrics tell of, at the most: anybody may ask for them, and as often as they like. */
  metricsMs: number;
};
