import { join } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import type { SealingKey } from '../kernel/crypto.ts';
import type { Db } from '../kernel/db.ts';
import type { Failpoint } from '../kernel/failpoint.ts';
import { createJobs, type Jobs, type QueueSpec } from '../kernel/jobs.ts';
import type { Log } from '../kernel/log.ts';
import { type Alerts, countOpenByKind, createAlerts } from './alerts/index.ts';
import { type Audit, createAudit } from './audit/index.ts';
import { type ApiKeys, createApiKeys } from './auth/index.ts';
import { type Backups, createBackupRoom, createBackupSchedule, createBackups } from './backups/index.ts';
import { SYSTEM } from './caller.ts';
import type { ControlPlaneConfig } from './config.ts';
import { createDatabases, type SideDatabases } from './databases/index.ts';
import type { Driver, RuntimeSpec } from './drivers/index.ts';
import { countByHealth, createHealth, createSurroundings, groundsOf, type Health } from './health/index.ts';
import type { ReadinessCheck } from './http/index.ts';
import { createIdempotency, type Idempotency } from './idempotency/index.ts';
import { createCaddyIngress, createRouteKeeper, noIngress } from './ingress/index.ts';
import { createMetrics, type Metrics } from './metrics/index.ts';
import {
  countWaiting,
  createEngine,
  createHangingWatch,
  createOperationEvents,
  createOperations,
  type Engine,
  type Operations,
} from './operations/index.ts';
import { createOutcomes, createOwners, createVoice, type OwnerBot } from './owner-bot/index.ts';
import { createOwnerMessages, type OwnerMessages } from './owner-messages/index.ts';
import { platformOf } from './platform.ts';
import { createPorts } from './ports/index.ts';
import {
  createMender,
  createOrphans,
  createReconciler,
  createWatchdog,
  type Orphans,
  type Reconciler,
} from './reconciler/index.ts';
import { composeRecovering, type Recovering } from './recovering.ts';
import { createRehearsals, type Rehearsals, rehearsalWorkflow } from './rehearsal/index.ts';
import { type DeploymentTemplates, renderDeployment, writeDeployment } from './rendering/index.ts';
import { composeRenting } from './renting.ts';
import { createSecrets, type Secrets, scrubbed } from './secrets/index.ts';
import type { Sellers } from './sellers/index.ts';
import { createTelegram } from './telegram/index.ts';
import { createTenantEvents, type TenantEvents } from './tenant-events/index.ts';
import { createTenantLocks } from './tenant-locks.ts';
import {
  countTenantsByState,
  createTenants,
  createWorkflows,
  shownConfiguration,
  type TenantParts,
  type Tenants,
  wantedRoutes,
} from './tenants/index.ts';

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
};
const RHYTHM: Rhythm = { sweepMs: 20_000, watchMs: 15_000, groundMs: 10_000 };

/** Waking is all that a job does, and the worker sweeps by itself: a job that fails is not worth many attempts. */
const QUEUES = {
  operations: { retryLimit: 1, retryDelay: 1, retryDelayMax: 10, expireInSeconds: 60, batchSize: 10 },
  // A check that is lost is made again an interval later. Nobody wakes the worker: the jobs are of schedules.
  health: { retryLimit: 0, retryDelay: 1, retryDelayMax: 1, expireInSeconds: 60, batchSize: 50, pollSeconds: 5 },
  owner_digest: { retryLimit: 10, retryDelay: 30, retryDelayMax: 600, expireInSeconds: 900, batchSize: 1 },
  rent: { retryLimit: 1, retryDelay: 1, retryDelayMax: 10, expireInSeconds: 60, batchSize: 1 },
  drills: { retryLimit: 5, retryDelay: 60, retryDelayMax: 600, expireInSeconds: 60, batchSize: 1 },
  self_backup: { retryLimit: 5, retryDelay: 600, retryDelayMax: 3600, expireInSeconds: 3600, batchSize: 1 },
  backups: { retryLimit: 5, retryDelay: 10, retryDelayMax: 300, expireInSeconds: 60, batchSize: 50 },
} as const satisfies Record<string, QueueSpec>;
/** The zone of stores that name none, as their own configuration has it. */
const DEFAULT_TIMEZONE = 'Asia/Jakarta';
export const JOBS_SCHEMA = 'jobs';
export type QueueName = keyof typeof QUEUES;

export function composeServices(deps: ServiceDeps): Services {
  const { config, db, clock, log, driver } = deps;
  const rhythm = { ...RHYTHM, ...deps.rhythm };
  const secrets = createSecrets(deps.keys);
  const audit = createAudit({ db, clock });
  const locks = createTenantLocks();
  const metrics = createMetrics({
    tenantsByState: () => countTenantsByState(db),
    queue: () => countWaiting(db),
    health: () => countByHealth(db),
    incidentsByKind: () => countOpenByKind(db),
    backups: () => backupRoom.newest(),
    drills: () => recover.lastPassed(),
  });
  const { image, ownerIds, ownerBotToken: token, telegramApiRoot: apiRoot } = config;
  const timeZone = config.tenantDefaults.BOT_TIMEZONE ?? DEFAULT_TIMEZONE;
  const voice =
    token === undefined
      ? undefined
      : createVoice({ db, clock, log, token, apiRoot, timeZone, sent: (kind) => metrics.alertSent(kind) });
  const ownerMessages = createOwnerMessages({ db, clock, onQueued: voice?.messenger.wake });
  const alerts = createAlerts({ db, clock, audit, messages: ownerMessages, ownerIds, onAcknowledged: voice?.refresh });
  const outcome = createOutcomes({ clock, alerts, messages: ownerMessages });
  const telegram = createTelegram(config.telegramApiRoot);
  const renting = composeRenting({ config, db, clock, log, secrets, telegram });
  const backupRoom = createBackupRoom({
    db,
    clock,
    log,
    secrets,
    alerts,
    failpoint: deps.failpoint,
    clusterUrl: deps.connectionString,
    config,
  });
  const parts: TenantParts = {
    db,
    clock,
    log,
    driver,
    secrets,
    ports: createPorts({ db, range: config.portRange }),
    databases: createDatabases(deps.cluster),
    telegram,
    notices: renting.notices,
    ingress: config.publicUrl
      ? createCaddyIngress({
          dir: join(config.home, 'caddy'),
          publicUrl: config.publicUrl,
          admin: config.caddyAdmin,
          log,
        })
      : noIngress,
    platform: platformOf(config, deps.connectionString),
    clusterUrl: deps.connectionString,
    writeDeployment: (spec: RuntimeSpec) => writeDeployment(spec.folder, renderDeployment(spec, deps.templates).files),
    deployments: config.deployments,
    readyTimeoutSeconds: config.readyTimeoutSeconds,
    upgradeWatchSeconds: config.upgradeWatchSeconds,
    alerts,
  };
  const orphans = createOrphans({ db, driver, alerts, metrics, log });
  const mender = createMender(parts);
  const reconciler = createReconciler({
    db,
    clock,
    log,
    driver,
    locks,
    metrics,
    mender,
    orphans,
    sweepEveryMs: rhythm.sweepMs,
    noticed: (event) => health.noticed(event),
  });
  const recover = composeRecovering({ ...deps, tenants: parts, backups: backupRoom.parts, metrics });
  const workflows = {
    ...createWorkflows(parts, backupRoom.steps),
    ...backupRoom.workflows,
    ...recover.workflows,
    rehearse: rehearsalWorkflow({
      tenants: parts,
      backups: backupRoom.parts,
      restores: recover.parts,
      cluster: deps.cluster,
      check: (tenantId, operationId) => health.checkWithin(tenantId, operationId),
    }),
  };
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
    async ending(tx, operation, end) {
      const { id, kind, store, requested_by: actor } = operation;
      const result = end.state === 'failed' ? end.code : end.state;
      const entry = { action: `operation.${kind}`, target: `tenant:${store}`, after: { id }, result };
      await audit.record(tx, { ...SYSTEM, actor }, entry);
      await outcome(tx, operation, end);
    },
    finished: ({ kind, tenant_id: id, created_at: created, started_at: started }, { state }) => {
      metrics.operation({ kind, result: state }, (clock.now().getTime() - (started ?? created).getTime()) / 1000);
      backupSchedule.nudge(id);
      recovering.nudge();
    },
    released(store) {
      reconciler.nudge(store);
      health.follow(store);
      rent.wake();
    },
  });
  const jobs = createJobs({
    connectionString: deps.connectionString,
    schema: JOBS_SCHEMA,
    queues: QUEUES,
    log,
    schedules: true,
  });
  jobs.work('operations', async () => engine.wake());
  const health = createHealth({
    ...parts,
    alerts,
    audit,
    metrics,
    jobs,
    surroundings: createSurroundings(groundsOf({ db, driver, apiRoot }), {
      db,
      clock,
      log,
      alerts,
      everyMs: rhythm.groundMs,
    }),
    nudge: (store) => reconciler.nudge(store),
  });
  jobs.work('health', async ({ tenantId }) => health.due(String(tenantId)));
  const operations = createOperations({
    db,
    clock,
    audit,
    events,
    workflows,
    enqueue: (tx, id) => jobs.send(tx, 'operations', { id }),
    interrupt: (id) => engine.interrupt(id),
  });
  const { rent, background: renter } = renting.open({
    operations,
    audit,
    alerts,
    schedule: (schedule) => jobs.schedule('rent', schedule, {}),
  });
  jobs.work('rent', async () => rent.wake());
  const tenants = createTenants({
    ...parts,
    operations,
    audit,
    rent,
    image,
    ownerIds,
    nudge: (store) => reconciler.nudge(store),
  });
  const checks: Services['checks'] = {
    postgres: async () => {
      await db.query('SELECT 1');
      return 'answers';
    },
    driver: async () => `${driver.kind}, ${(await driver.ping()).version}`,
  };
  const backups = createBackups({ db, audit, operations });
  const backupSchedule = createBackupSchedule({ ...backupRoom.parts, jobs, operations });
  const recovering = recover.open({ operations, audit, alerts, jobs });
  const owners = createOwners({
    ...{
      db,
      clock,
      log,
      voice,
      token,
      apiRoot,
      ownerIds,
      timeZone,
      alerts,
      audit,
      operations,
      tenants,
      secrets,
      checks,
    },
    messages: ownerMessages,
    connectionString: deps.connectionString,
    tenantsByState: () => countTenantsByState(db),
    waiting: () => countWaiting(db),
    backups: { start: backups.create, lastGood: backups.lastGood, summary: () => backupSchedule.summary() },
    schedule: (schedule) => jobs.schedule('owner_digest', schedule, {}),
  });
  jobs.work('owner_digest', owners.digest);
  const { publicUrl } = config;
  const routes = () => wantedRoutes(db, publicUrl ?? '');
  const keeper = createRouteKeeper({ db, ingress: parts.ingress, alerts, log, routes });
  const watchdog = createWatchdog({
    db,
    clock,
    log,
    alerts,
    metrics,
    reconciler,
    hanging: createHangingWatch({ db, clock, workflows }),
    patienceMs: config.stuckAfterSeconds * 1000,
    lookEveryMs: rhythm.watchMs,
  });
  return {
    apiKeys: createApiKeys({ db, clock, audit }),
    audit,
    backups,
    rehearsals: createRehearsals({ db, audit, operations }),
    recovering,
    sides: recover.sides,
    idempotency: createIdempotency({ db, clock, secrets }),
    metrics,
    operations,
    secrets,
    tenants,
    configuration: (store) => shownConfiguration(parts, store),
    checks,
    tenantEvents: createTenantEvents({ db, secrets, clock, messages: ownerMessages }),
    alerts,
    health,
    ownerMessages,
    ownerBot: owners.bot,
    jobs,
    engine,
    orphans,
    reconciler,
    sellers: renting.sellers,
    background: [
      { name: 'health', ...health },
      ...owners.background,
      ...renter,
      { name: 'backups', ...backupSchedule },
      ...recovering.background,
      { name: 'watchdog', ...watchdog },
      ...(publicUrl ? [{ name: 'routes', ...keeper }] : []),
    ],
  };
}
