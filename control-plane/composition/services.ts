import { ping } from '../../kernel/db.ts';
import { createAudit } from '../api/audit/index.ts';
import { createApiKeys } from '../api/auth/index.ts';
import { SYSTEM } from '../api/caller.ts';
import { countOpenByKind } from '../monitoring/alerts/index.ts';
import { createBackupRoom, createBackupSchedule, createBackups } from '../recovery/backups/index.ts';
import { composeJobs } from './jobs.ts';
import { composeParts } from './parts.ts';
import { composeRecovering } from './recovering.ts';
import { composeRenting } from './renting.ts';
import { composeTelling } from './telling.ts';
import type { Rhythm, ServiceDeps, Services } from './types.ts';

export type { Rhythm, Services } from './types.ts';

import { createIdempotency } from '../api/idempotency/index.ts';
import { createRouteKeeper } from '../fleet/ingress/index.ts';
import {
  countWaiting,
  createEngine,
  createHangingWatch,
  createOperationEvents,
  createOperations,
} from '../fleet/operations/index.ts';
import { createMender, createOrphans, createReconciler, createWatchdog, selectLag } from '../fleet/reconciler/index.ts';
import {
  countTenantsByState,
  createTenants,
  createWorkflows,
  shownConfiguration,
  wantedRoutes,
} from '../fleet/tenants/index.ts';
import { countByHealth, createHealth, createSurroundings, groundsOf } from '../monitoring/health/index.ts';
import { createMetrics } from '../monitoring/metrics/index.ts';
import { createRehearsals, rehearsalWorkflow } from '../monitoring/preflight/index.ts';
import { createTenantEvents } from '../people/tenant-events/index.ts';
import { createSecrets, scrubbed } from '../platform/secrets/index.ts';
import { createTelegram } from '../platform/telegram/index.ts';
import { createTenantLocks } from '../platform/tenant-locks.ts';

const RHYTHM: Rhythm = { sweepMs: 20_000, watchMs: 15_000, groundMs: 10_000, schedulesMs: 30_000, metricsMs: 5_000 };

export function composeServices(deps: ServiceDeps): Services {
  const { config, db, clock, log, driver } = deps;
  const rhythm = { ...RHYTHM, ...deps.rhythm };
  const secrets = createSecrets(deps.keys);
  const audit = createAudit({ db, clock });
  const locks = createTenantLocks();
  const metrics = createMetrics({
    tenantsByState: () => countTenantsByState(db),
    queue: () => countWaiting(db, clock.now()),
    reconcileLag: () => selectLag(db, clock.now()),
    health: () => countByHealth(db),
    incidentsByKind: () => countOpenByKind(db),
    backups: () => backupRoom.newest(),
    drills: () => recover.lastPassed(),
    everyMs: rhythm.metricsMs,
  });
  const { image, ownerIds, publicUrl, telegramApiRoot: apiRoot } = config;
  const telling = composeTelling({ config, db, clock, log, audit, metrics });
  const { alerts, ownerMessages } = telling;
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
  const parts = composeParts(deps, { secrets, telegram, alerts, notices: renting.notices });
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
      health: {
        checkWithin: (...check) => health.checkWithin(...check),
        lookAgain: (tenantId) => health.lookAgain(tenantId),
        excuse: (tenantId, restarts) => health.excuse(tenantId, restarts),
      },
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
      await telling.outcome(tx, operation, end);
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
  const jobs = composeJobs({ connectionString: deps.connectionString, clock, log, schedulesMs: rhythm.schedulesMs });
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
      await ping(db);
      return 'answers';
    },
    driver: async () => `${driver.kind}, ${(await driver.ping()).version}`,
  };
  const backups = createBackups({ db, audit, operations });
  const backupSchedule = createBackupSchedule({ ...backupRoom.parts, jobs, operations });
  const recovering = recover.open({ operations, audit, alerts, jobs });
  const owners = telling.open({
    ...{ operations, tenants, secrets, checks, jobs },
    connectionString: deps.connectionString,
    backups: { start: backups.create, lastGood: backups.lastGood, summary: () => backupSchedule.summary() },
  });
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
