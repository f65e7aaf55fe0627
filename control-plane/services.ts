import { join } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import type { SealingKey } from '../kernel/crypto.ts';
import type { Db } from '../kernel/db.ts';
import { AppError } from '../kernel/errors.ts';
import type { Failpoint } from '../kernel/failpoint.ts';
import { createJobs, type Jobs, type QueueSpec } from '../kernel/jobs.ts';
import type { Log } from '../kernel/log.ts';
import { type Alerts, createAlerts } from './alerts/index.ts';
import { type Audit, createAudit } from './audit/index.ts';
import { type ApiKeys, createApiKeys } from './auth/index.ts';
import { SYSTEM } from './caller.ts';
import type { ControlPlaneConfig } from './config.ts';
import { createDatabases } from './databases/index.ts';
import type { Driver, RuntimeSpec } from './drivers/index.ts';
import type { ReadinessCheck } from './http/index.ts';
import { createIdempotency, type Idempotency } from './idempotency/index.ts';
import { createCaddyIngress, noIngress } from './ingress/index.ts';
import { createMetrics, type Metrics } from './metrics/index.ts';
import {
  countWaiting,
  createEngine,
  createOperationEvents,
  createOperations,
  type Engine,
  type Operations,
} from './operations/index.ts';
import { platformOf } from './platform.ts';
import { createPorts } from './ports/index.ts';
import { createMender, createReconciler, type Reconciler } from './reconciler/index.ts';
import { type DeploymentTemplates, renderDeployment, writeDeployment } from './rendering/index.ts';
import { createSecrets, type Secrets, scrub } from './secrets/index.ts';
import { createTelegram } from './telegram/index.ts';
import { createMessenger, createTenantEvents, type TenantEvents } from './tenant-events/index.ts';
import { createTenantLocks } from './tenant-locks.ts';
import {
  countTenantsByState,
  createTenants,
  createWorkflows,
  shownConfiguration,
  type TenantParts,
  type Tenants,
} from './tenants/index.ts';

/** Everything that the control plane does, put together. */
export type Services = {
  apiKeys: ApiKeys;
  audit: Audit;
  idempotency: Idempotency;
  metrics: Metrics;
  operations: Operations;
  secrets: Secrets;
  tenants: Tenants;
  configuration(store: string): ReturnType<typeof shownConfiguration>;
  checks: Readonly<Record<string, ReadinessCheck>>;
  tenantEvents: TenantEvents;
  alerts: Alerts;
  jobs: Jobs<QueueName>;
  engine: Engine;
  reconciler: Reconciler;
  /** What else goes on behind the API, in the order of starting; stopped in the reverse order. */
  background: readonly Background[];
};

/** Something that works by itself from the start of the control plane to its end. */
export type Background = { name: string; start(): void | Promise<void>; stop(): Promise<void> };

export type ServiceDeps = {
  config: ControlPlaneConfig;
  connectionString: string;
  db: Db;
  clock: Clock;
  log: Log;
  failpoint: Failpoint;
  driver: Driver;
  keys: readonly SealingKey[];
  templates: DeploymentTemplates;
};

/** Waking is all that a job does, and the worker sweeps by itself: a job that fails is not worth many attempts. */
const QUEUES = {
  operations: { retryLimit: 1, retryDelay: 1, retryDelayMax: 10, expireInSeconds: 60, batchSize: 10 },
} as const satisfies Record<string, QueueSpec>;
export type QueueName = keyof typeof QUEUES;

export function composeServices(deps: ServiceDeps): Services {
  const { config, db, clock, log, driver } = deps;
  const secrets = createSecrets(deps.keys);
  const audit = createAudit({ db, clock });
  const locks = createTenantLocks();
  const metrics = createMetrics({ tenantsByState: () => countTenantsByState(db), queue: () => countWaiting(db) });
  const { image, ownerIds, ownerBotToken: token, telegramApiRoot: apiRoot } = config;
  const messenger = token === undefined ? undefined : createMessenger({ db, token, apiRoot, clock, log });
  const alerts = createAlerts({ db, clock, ownerIds, onQueued: messenger?.wake });
  const parts: TenantParts = {
    db,
    clock,
    log,
    driver,
    secrets,
    ports: createPorts({ db, range: config.portRange }),
    databases: createDatabases(db),
    telegram: createTelegram(config.telegramApiRoot),
    ingress: config.publicUrl
      ? createCaddyIngress({ dir: join(config.home, 'caddy'), publicUrl: config.publicUrl, admin: config.caddyAdmin })
      : noIngress,
    platform: platformOf(config, deps.connectionString),
    writeDeployment: (spec: RuntimeSpec) => writeDeployment(spec.folder, renderDeployment(spec, deps.templates).files),
    deployments: config.deployments,
    readyTimeoutSeconds: config.readyTimeoutSeconds,
    upgradeWatchSeconds: config.upgradeWatchSeconds,
    alerts,
  };
  const reconciler = createReconciler({ db, clock, log, driver, locks, metrics, mender: createMender(parts) });
  const workflows = createWorkflows(parts);
  const events = createOperationEvents(db);
  const engine = createEngine({
    db,
    clock,
    log,
    workflows,
    events,
    locks,
    failpoint: deps.failpoint,
    scrub: (operation, text) => scrubbed(db, secrets, operation.tenant_id, text),
    ending: (tx, { id, kind, store, requested_by: actor }, outcome) =>
      audit.record(
        tx,
        { ...SYSTEM, actor },
        {
          action: `operation.${kind}`,
          target: `tenant:${store}`,
          after: { id },
          result: outcome.state === 'failed' ? outcome.code : outcome.state,
        },
      ),
    finished: ({ kind, created_at: created, started_at: started }, { state }) =>
      metrics.operation({ kind, result: state }, (clock.now().getTime() - (started ?? created).getTime()) / 1000),
    released: (store) => reconciler.nudge(store),
  });
  const jobs = createJobs({
    connectionString: deps.connectionString,
    schema: 'jobs',
    queues: QUEUES,
    log,
    schedules: true,
  });
  jobs.work('operations', async () => engine.wake());
  const operations = createOperations({
    db,
    clock,
    audit,
    events,
    workflows,
    enqueue: (tx, id) => jobs.send(tx, 'operations', { id }),
    interrupt: (id) => engine.interrupt(id),
  });
  return {
    apiKeys: createApiKeys({ db, clock, audit }),
    audit,
    idempotency: createIdempotency({ db, clock, secrets }),
    metrics,
    operations,
    secrets,
    tenants: createTenants({
      ...parts,
      operations,
      audit,
      image,
      ownerIds,
      nudge: (store) => reconciler.nudge(store),
    }),
    configuration: (store) => shownConfiguration(parts, store),
    checks: {
      postgres: async () => {
        await db.query('SELECT 1');
        return 'answers';
      },
      driver: async () => `${driver.kind}, ${(await driver.ping()).version}`,
    },
    tenantEvents: createTenantEvents({ db, secrets, clock, onQueued: messenger?.wake }),
    alerts,
    jobs,
    engine,
    reconciler,
    background: messenger ? [{ name: 'messenger', ...messenger }] : [],
  };
}

/** Without the secrets to look for, nothing of the text may be told; only that they do not open. */
async function scrubbed(db: Db, secrets: Secrets, tenantId: string, text: string): Promise<string> {
  try {
    return scrub(text, Object.values(await secrets.openAll(db, tenantId)));
  } catch (error) {
    if (error instanceof AppError && error.code === 'SECRET_UNREADABLE') return error.message;
    throw error;
  }
}
