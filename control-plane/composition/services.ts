import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createBackgroundTasks } from '../../kernel/background-tasks.ts';
import { createJobs } from '../../kernel/jobs.ts';
import { createMutex } from '../../kernel/mutex.ts';
import { TENANT_ENV } from '../../tenant-runtime/config.ts';
import { credentialsFile } from '../api/auth/index.ts';
import { SYSTEM } from '../api/caller.ts';
import type { ReadinessCheck } from '../api/http/index.ts';
import { createScratchDatabases } from '../fleet/databases/index.ts';
import { createFleetFeed } from '../fleet/feed/index.ts';
import { noIngress, routesTask } from '../fleet/ingress/index.ts';
import {
  createEngine,
  createHangingWatch,
  createOperationEvents,
  createOperations,
} from '../fleet/operations/index.ts';
import { createOrphans, createReconciler, createTenantReconciler, watchdogTask } from '../fleet/reconciler/index.ts';
import { createShards } from '../fleet/shards/index.ts';
import {
  createTenants,
  createWorkflows,
  SECRET_NAMES,
  securingTask,
  shownConfiguration,
  wantedRoutes,
} from '../fleet/tenants/index.ts';
import { createAlerts } from '../monitoring/alerts/index.ts';
import { createDependencyMonitor, createHealth, dependenciesOf, logLimitTask } from '../monitoring/health/index.ts';
import { createMetrics, metricSources } from '../monitoring/metrics/index.ts';
import { createRehearsals, rehearsalWorkflow } from '../monitoring/preflight/index.ts';
import { mailboxTask } from '../people/mailbox/mailbox.ts';
import { createOutcomes, createOwners } from '../people/owner-bot/index.ts';
import { createOwnerMessages } from '../people/owner-messages/index.ts';
import { createNotices } from '../people/rent/notices.ts';
import { createRent } from '../people/rent/service.ts';
import { createSalesToday } from '../people/sales/today.ts';
import { createSellerMailbox, createSellers } from '../people/sellers/index.ts';
import { createSummaries } from '../people/summary/summary.ts';
import { createTenantEvents } from '../people/tenant-events/index.ts';
import { createInbox } from '../platform/inbox.ts';
import { createSecrets, keyPlace, scrubbed } from '../platform/secrets/index.ts';
import { createTelegram } from '../platform/telegram/index.ts';
import {
  backupWorkflows,
  createBackupSchedule,
  createBackups,
  lastBackupSteps,
  updateFolder,
  upgradeBackupSteps,
} from '../recovery/backups/index.ts';
import { createDrillSchedule, createDrills, drillWorkflow } from '../recovery/drills/index.ts';
import { createRestores, restoreWorkflow } from '../recovery/restores/index.ts';
import { createSelfBackups } from '../recovery/self-backup/index.ts';
import { composeAccess } from './access.ts';
import { composeBackupDeps, composeTenantDeps, INTERVALS, readinessChecks, type ServiceDeps } from './deps.ts';
import { JOBS_SCHEMA, platformSchedules, QUEUES } from './jobs.ts';
import { composeRollouts } from './rollouts.ts';
import { driverEventsTask, housekeepingTask } from './tasks.ts';

/** Everything that the control plane does, put together. */
export type Services = ReturnType<typeof composeServices>;

/** Puts together everything that the control plane does, and starts nothing. */
export function composeServices(deps: ServiceDeps) {
  const { config, connectionString, cluster, db, clock, log, driver, failpoint, keys } = deps;
  const { image, ownerIds, ownerBotToken, publicUrl, telegramApiRoot: apiRoot } = config;
  const timeZone = config.tenantDefaults.BOT_TIMEZONE ?? TENANT_ENV.shape.BOT_TIMEZONE.parse(undefined);
  const intervals = { ...INTERVALS, ...deps.intervals };

  // Activators come first: whoever wakes a task is handed one, wherever the task itself is made.
  const tasks = createBackgroundTasks({ clock, log });
  const activate = {
    operations: tasks.activator('operations'),
    probe: tasks.activator('tenant-probe'),
    reconcile: tasks.activator('tenant-reconciler'),
    checks: tasks.activator('health-checks'),
    schedules: tasks.activator('health-schedules'),
    backups: tasks.activator('backup-schedule'),
    drills: tasks.activator('drill-schedule'),
    rent: tasks.activator('rent'),
    rollouts: tasks.activator('rollouts'),
    shards: tasks.activator('shards'),
    sellerMessages: tasks.activator('seller-messages'),
    sales: tasks.activator('sales-today'),
  };
  const changedBackups = createInbox<string>(activate.backups);
  const ownerBot = ownerBotToken !== undefined && {
    token: ownerBotToken,
    activateMessages: tasks.activator('owner-messages'),
    changedIncidents: createInbox<number>(tasks.activator('incident-messages')),
  };

  const secrets = createSecrets(keys);
  const { audit, apiKeys, sessions, consoleLink, refusals, idempotency } = composeAccess(deps, secrets);
  const telegram = createTelegram(apiRoot);
  const jobs = createJobs({
    ...{ connectionString, log, schema: JOBS_SCHEMA, queues: QUEUES },
    schedulesEverySeconds: intervals.schedulesMs / 1000,
    // As of the control plane's other connections.
    statementTimeoutMillis: 0,
  });
  const metrics = createMetrics({
    ...metricSources({ db, clock }),
    tasks: tasks.status,
    everyMs: intervals.metricsMs,
  });

  const ownerMessages = createOwnerMessages({ db, clock, onQueued: ownerBot ? ownerBot.activateMessages : undefined });
  const onAcknowledged = ownerBot ? ownerBot.changedIncidents.add : undefined;
  const alerts = createAlerts({ db, clock, audit, messages: ownerMessages, ownerIds, onAcknowledged });
  const sellers = createSellers({ db, clock, onQueued: activate.sellerMessages });
  const rentSettings = { graceDays: config.rentGraceDays, contact: config.rentContact, timeZone };
  const notices = createNotices({ sellers, settings: rentSettings });

  const locks = createMutex<string>();
  const tenantDeps = composeTenantDeps(deps, { secrets, telegram, alerts, notices });
  const orphans = createOrphans({ db, driver, alerts, metrics, log });
  const tenantReconciler = createTenantReconciler(tenantDeps);
  const reconciler = createReconciler({
    ...{ db, clock, log, driver, locks, metrics, tenantReconciler, orphans, activate },
    sweepEveryMs: intervals.sweepMs,
  });

  const dependencies = createDependencyMonitor(dependenciesOf({ db, driver, apiRoot }), {
    ...{ db, clock, log, alerts },
    everyMs: intervals.dependenciesMs,
  });
  const health = createHealth({
    ...{ ...tenantDeps, alerts, audit, metrics, jobs, dependencies, activate },
    onVerdict: reconciler.probeSoon,
  });

  const backupDeps = composeBackupDeps(deps, { secrets, alerts, activateBackups: activate.backups });
  const scratchDatabases = createScratchDatabases({ db: cluster, connectionString: deps.connectionString, clock });
  const { newestMigration } = deps;
  const restoreDeps = { tenants: tenantDeps, backups: backupDeps, scratchDatabases, newestMigration };
  const workflows = {
    ...createWorkflows(tenantDeps, {
      beforeUpgrade: upgradeBackupSteps(backupDeps),
      beforeRemove: lastBackupSteps(backupDeps),
      moved: (tenantId, from, to) => updateFolder(db, tenantId, from, to),
    }),
    ...backupWorkflows(backupDeps),
    restore: restoreWorkflow(restoreDeps),
    drill: drillWorkflow(restoreDeps, metrics.drill),
    rehearse: rehearsalWorkflow({
      ...{ tenants: tenantDeps, backups: backupDeps, restores: restoreDeps },
      ...{ cluster, health },
    }),
  };

  const outcomes = createOutcomes({ clock, alerts, messages: ownerMessages });
  const feed = createFleetFeed({ db, log, heartbeatMs: intervals.heartbeatMs });
  const events = createOperationEvents(db, feed.wake);
  const engine = createEngine({
    ...{ db, clock, log, workflows, events, locks, failpoint },
    activate: activate.operations,
    scrub: (operation, text) => scrubbed(db, secrets, operation.tenant_id, text),
    async ending(tx, operation, end) {
      const { id, kind, store, requested_by: actor } = operation;
      const result = end.state === 'failed' ? end.code : end.state;
      const entry = { action: `operation.${kind}`, target: `tenant:${store}`, after: { id }, result };
      await audit.record(tx, { ...SYSTEM, actor }, entry);
      await outcomes(tx, operation, end);
      await rollouts.ended(tx, operation, end);
    },
    finished({ kind, tenant_id: id, created_at: created, started_at: started }, { state }) {
      metrics.operation({ kind, result: state }, (clock.now().getTime() - (started ?? created).getTime()) / 1000);
      changedBackups.add(id);
      activate.drills();
      activate.rollouts();
      activate.shards();
    },
    released(store) {
      reconciler.probeSoon(store);
      health.follow(store);
      activate.rent();
    },
  });
  const operations = createOperations({
    ...{ db, clock, audit, events, workflows },
    enqueue: (tx, id) => jobs.send(tx, 'operations', { id }),
    interrupt: engine.interrupt,
  });

  const rent = createRent({
    ...{ db, clock, log, sellers, operations, audit, alerts, settings: rentSettings },
    activate: activate.rent,
  });
  const tenants = createTenants({
    ...{ ...tenantDeps, operations, audit, rent, image, ownerIds },
    probeSoon: reconciler.probeSoon,
  });
  const shards = createShards({
    ...{ db, clock, log, audit, tenants, runtimes: driver, home: config.home },
    ...{ placement: tenantDeps.placement, activate: activate.shards },
  });
  const backups = createBackups({ db, clock, audit, operations });
  const rollouts = composeRollouts({
    ...{ db, clock, log, audit, alerts, driver, failpoint, image, tenants },
    backup: backups.create,
    keysInForce: apiKeys.inForce,
    activate: activate.rollouts,
  });
  const backupSchedule = createBackupSchedule({
    ...{ ...backupDeps, jobs, operations, changed: changedBackups },
    activate: activate.backups,
  });
  const drillSchedule = createDrillSchedule({ db, clock, operations, jobs, activate: activate.drills });
  const selfBackups = createSelfBackups({
    ...{ ...backupDeps, audit, jobs, connectionString, keys },
    dir: join(config.home, 'backups'),
    keyPlace: keyPlace(config.masterKeys, config.home),
  });

  const checks = readinessChecks({ db, driver });
  /** Whoever waits until the server is ready may want to use its command line next. */
  const credentials: ReadinessCheck = async () => {
    await access(credentialsFile(config.home));
    return 'cli.json is there';
  };
  const owners = createOwners({
    ...{ db, clock, log, alerts, audit, operations, tenants, secrets, checks, connectionString, consoleLink },
    ...{ apiRoot, ownerIds, timeZone, messages: ownerMessages, bot: ownerBot || undefined },
    backups: { start: backups.create, lastGood: backups.lastGood, summary: backupSchedule.summary },
    sent: metrics.alertSent,
  });
  const salesToday = createSalesToday({
    ...{ db, clock, log, secrets, connectionString, timeZone },
    activate: activate.sales,
  });
  const tenantEvents = createTenantEvents({ db, secrets, clock, alerts, messages: ownerMessages });

  jobs.work('operations', async () => activate.operations());
  jobs.work('health', async ({ tenantId }) => health.due(String(tenantId)));
  jobs.work('rent', async () => activate.rent());
  jobs.work('owner_digest', owners.digest);

  const expiring = [
    ...[idempotency, sessions, tenantEvents, health, ownerMessages],
    ...[alerts, owners, sellers, rollouts.rollouts, feed],
  ];
  tasks.register(
    engine.task,
    driverEventsTask(driver, (event) => {
      reconciler.probeSoon(event.store);
      health.noticed(event);
    }),
    ...reconciler.tasks,
    dependencies.task,
    ...health.tasks,
    ...owners.tasks,
    mailboxTask({
      name: 'seller-messages',
      mailbox: createSellerMailbox({
        ...{ db, clock, apiRoot },
        tokenOf: async (tenantId) => (await secrets.openAll(db, tenantId))[SECRET_NAMES.botToken],
      }),
      log,
    }),
    rent.task,
    securingTask({ db, databases: tenantDeps.databases, locks, log }),
    backupSchedule.task,
    drillSchedule.task,
    watchdogTask({
      ...{ db, clock, alerts, metrics, reconciler },
      hanging: createHangingWatch({ db, clock, workflows }),
      stuckAfterMs: config.stuckAfterSeconds * 1000,
      everyMs: intervals.watchdogMs,
    }),
    logLimitTask({
      ...{ db, log, alerts, driver, deployments: config.deployments, limitMb: config.storeLogsMb },
      suspend: tenants.suspend,
    }),
    ...(tenantDeps.ingress === noIngress
      ? []
      : [routesTask({ db, ingress: tenantDeps.ingress, alerts, routes: () => wantedRoutes(tenantDeps, publicUrl) })]),
    housekeepingTask({ log, expiring, operations, scratchDatabases }),
    rollouts.task,
    shards.task,
    salesToday.task,
    refusals.task,
  );

  return {
    ...{ tasks, activate, jobs, schedules: platformSchedules(config, timeZone) },
    ...{ apiKeys, sessions, audit, refusals, idempotency, metrics, secrets, clock },
    checks: { ...checks, credentials },
    ...{ tenants, feed, operations, engine, reconciler, orphans, tenantEvents },
    ...{ alerts, health, rehearsals: createRehearsals({ db, audit, operations }) },
    ...{ backups, selfBackups, restores: createRestores({ db, audit, operations }) },
    drills: createDrills({ db, audit, operations, schedule: drillSchedule }),
    rollouts: rollouts.rollouts,
    shards,
    summaries: createSummaries({ db, clock, sales: salesToday.latest }),
    configuration: (store: string) => shownConfiguration(tenantDeps, store),
  };
}
