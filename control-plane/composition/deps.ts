import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import type { SealingKey } from '../../kernel/crypto.ts';
import { type Db, ping } from '../../kernel/db.ts';
import type { Failpoint } from '../../kernel/failpoint.ts';
import { createInstalledCode } from '../../kernel/installed-code.ts';
import type { Log } from '../../kernel/log.ts';
import { HEARTBEAT_MS, type ReadinessCheck } from '../api/http/index.ts';
import { createDatabases } from '../fleet/databases/index.ts';
import { byHand, type Driver } from '../fleet/drivers/index.ts';
import { createCaddyIngress, type Ingress, noIngress } from '../fleet/ingress/index.ts';
import { createPorts } from '../fleet/ports/index.ts';
import { type DeploymentTemplates, renderDeployment, writeDeployment } from '../fleet/rendering/index.ts';
import { createPlacement } from '../fleet/shards/index.ts';
import { claimStoreFolder, SECRET_NAMES, type TenantDeps } from '../fleet/tenants/index.ts';
import { platformOf } from '../fleet/tenants/platform.ts';
import type { ControlPlaneConfig } from '../platform/config.ts';
import { localOrigin } from '../platform/local-origin.ts';
import type { Installation } from '../platform/ownership/index.ts';
import { type BackupDeps, createBucket, createPgTools, createStalled, PATIENCE } from '../recovery/backups/index.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** What the services are made of: the configuration, and what is outside of this process. */
export type ServiceDeps = {
  config: ControlPlaneConfig;
  installation: Installation;
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
  /** Program of the stores that the process driver runs, in place of the one of this version. */
  runtimeEntry?: string | undefined;
  /** Newest migration that a store's runtime of this version brings along. */
  newestMigration: string | null;
  intervals?: Partial<Intervals> | undefined;
  kdfIterations?: number | undefined;
};

/** How often what works by itself runs, in milliseconds. */
export type Intervals = {
  /** The sweep over every store's runtime. */
  sweepMs: number;
  watchdogMs: number;
  /** The probes of what all stores depend on. */
  dependenciesMs: number;
  /** The look at whether the clock was set back, and schedules with it. */
  schedulesMs: number;
  /** The rows that metrics tell of are read no more often: anybody may ask for them, and as often as they like. */
  metricsMs: number;
  /** The heartbeats of a stream of fleet events on which nothing happens. */
  heartbeatMs: number;
  /** Without progress a backup gives its place to others, and then is ended. */
  backupYieldMs: number;
  backupStallMs: number;
};

export const INTERVALS: Intervals = {
  sweepMs: 20_000,
  watchdogMs: 15_000,
  dependenciesMs: 10_000,
  schedulesMs: 30_000,
  metricsMs: 5_000,
  heartbeatMs: HEARTBEAT_MS,
  backupYieldMs: PATIENCE.yieldMs,
  backupStallMs: PATIENCE.stallMs,
};

/** What a control plane cannot do without; each says how it is. */
export function readinessChecks({ db, driver }: Pick<ServiceDeps, 'db' | 'driver'>) {
  return {
    postgres: async () => {
      await ping(db);
      return 'answers';
    },
    driver: async () => `${driver.kind}, ${(await driver.ping()).version}`,
  } satisfies Record<string, ReadinessCheck>;
}

/** What the work on tenants is made of. */
export function composeTenantDeps(
  { config, installation, connectionString, cluster, db, clock, log, driver, templates, runtimeEntry }: ServiceDeps,
  services: Pick<TenantDeps, 'secrets' | 'telegram' | 'alerts' | 'notices'>,
): TenantDeps {
  const { deployments, readyTimeoutSeconds, upgradeWatchSeconds, portRange, storesPerShard } = config;
  const script = byHand(config, runtimeEntry);
  return {
    ...services,
    ...{ db, clock, log, driver, installation, deployments, readyTimeoutSeconds, upgradeWatchSeconds },
    ports: createPorts({ db, range: portRange }),
    placement: createPlacement({
      clock,
      secrets: services.secrets,
      capacity: storesPerShard,
      installedCode: createInstalledCode(),
    }),
    databases: createDatabases({ db: cluster, connectionString }),
    ingress: ingressOf(config, log),
    platform: platformOf(config, connectionString),
    clusterUrl: connectionString,
    async writeDeployment(spec) {
      const { files } = renderDeployment(
        { ...spec, network: config.network, process: script, installation: installation.id },
        templates,
      );
      await claimStoreFolder(spec.folder, installation, spec.env[SECRET_NAMES.dataKey]);
      await writeDeployment(spec.folder, files);
    },
  };
}

/** What leads to stores and to the console from outside. */
export function ingressOf(
  { publicUrl, consoleUrl, host, port, home, caddyAdmin: admin }: ControlPlaneConfig,
  log: Log,
): Ingress {
  // One of this machine is where the API itself listens. Who has another proxy leads it to the console there.
  const isRouted = publicUrl !== undefined || admin !== undefined;
  const console =
    consoleUrl?.startsWith('https:') && isRouted
      ? { url: consoleUrl, upstream: new URL(localOrigin(host, port)).host }
      : undefined;
  if (publicUrl === undefined && console === undefined) return noIngress;
  return createCaddyIngress({ dir: join(home, 'caddy'), publicUrl, console, admin, log });
}

/** What backups are made of. */
export function composeBackupDeps(
  { config, connectionString, db, clock, log, failpoint, intervals, kdfIterations }: ServiceDeps,
  services: Pick<BackupDeps, 'secrets' | 'alerts'> & { activateBackups: () => void },
): BackupDeps {
  const { backupYieldMs: yieldMs, backupStallMs: stallMs } = { ...INTERVALS, ...intervals };
  return {
    ...{ secrets: services.secrets, alerts: services.alerts },
    ...{ db, clock, log, failpoint, version, kdfIterations },
    patience: { yieldMs, stallMs },
    stalled: createStalled(services.activateBackups),
    clusterUrl: connectionString,
    tools: createPgTools({ pgBin: config.pgBin, path: process.env.PATH }),
    deployments: config.deployments,
    defaults: config.tenantDefaults,
    bucket: config.backupBucket && createBucket(config.backupBucket),
  };
}
