import type { Clock } from '../../kernel/clock.ts';
import type { SealingKey } from '../../kernel/crypto.ts';
import type { Db } from '../../kernel/db.ts';
import type { Failpoint } from '../../kernel/failpoint.ts';
import type { Jobs } from '../../kernel/jobs.ts';
import type { Log } from '../../kernel/log.ts';
import type { Audit } from '../api/audit/index.ts';
import type { ApiKeys } from '../api/auth/index.ts';
import type { ReadinessCheck } from '../api/http/index.ts';
import type { Idempotency } from '../api/idempotency/index.ts';
import type { SideDatabases } from '../fleet/databases/index.ts';
import type { Driver } from '../fleet/drivers/index.ts';
import type { Engine, Operations } from '../fleet/operations/index.ts';
import type { Orphans, Reconciler } from '../fleet/reconciler/index.ts';
import type { DeploymentTemplates } from '../fleet/rendering/index.ts';
import type { shownConfiguration, Tenants } from '../fleet/tenants/index.ts';
import type { Alerts } from '../monitoring/alerts/index.ts';
import type { Health } from '../monitoring/health/index.ts';
import type { Metrics } from '../monitoring/metrics/index.ts';
import type { Rehearsals } from '../monitoring/preflight/index.ts';
import type { OwnerBot } from '../people/owner-bot/index.ts';
import type { OwnerMessages } from '../people/owner-messages/index.ts';
import type { Sellers } from '../people/sellers/index.ts';
import type { TenantEvents } from '../people/tenant-events/index.ts';
import type { ControlPlaneConfig } from '../platform/config.ts';
import type { Secrets } from '../platform/secrets/index.ts';
import type { Backups } from '../recovery/backups/index.ts';
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
