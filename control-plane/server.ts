import { join } from 'node:path';
import type { BackgroundTask } from '../kernel/background-tasks.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import type { SealingKey } from '../kernel/crypto.ts';
import { createDb, createPool, type Db, dbFromPool } from '../kernel/db.ts';
import { AppError } from '../kernel/errors.ts';
import { type Failpoint, noFailpoint } from '../kernel/failpoint.ts';
import type { Log } from '../kernel/log.ts';
import { migrate, newestOf } from '../kernel/migrate.ts';
import { keepLocalCredentials } from './api/auth/index.ts';
import { LOCAL_SOCKET, listenLocally } from './api/http/index.ts';
import { buildApp, buildReportsApp } from './app.ts';
import type { Intervals } from './composition/deps.ts';
import { JOBS_SCHEMA } from './composition/jobs.ts';
import { composeServices, type Services } from './composition/services.ts';
import { createDriver, type Driver, type ShardDirectory } from './fleet/drivers/index.ts';
import { createPorts } from './fleet/ports/index.ts';
import { loadTemplates } from './fleet/rendering/index.ts';
import { createShardDirectory } from './fleet/shards/index.ts';
import { egressOf } from './fleet/tenants/egress.ts';
import type { ControlPlaneConfig } from './platform/config.ts';
import { localOrigin } from './platform/local-origin.ts';
import { claimFolder, installationOf } from './platform/ownership/index.ts';
import { ensureControlDatabase, maxConnectionsOf } from './platform/postgres/cluster.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './platform/postgres/embedded.ts';
import { becomeExclusive } from './platform/postgres/exclusive.ts';
import { openJobsToServingRole, prepareServingRole } from './platform/postgres/serving-role.ts';
import { createSecrets, masterKeysFor } from './platform/secrets/index.ts';
import { createUndoStack } from './platform/undo-stack.ts';

export type ControlPlane = {
  /** @throws AppError ALREADY_RUNNING, ADDRESS_IN_USE, CONFIG_INVALID, POSTGRES_UNAVAILABLE; then nothing is left running */
  start(): Promise<{ url: string }>;
  /** Stores and the embedded Postgres go on running, unless `stores` is `stop`. */
  stop(options?: { stores?: 'keep' | 'stop' }): Promise<void>;
};

export type ControlPlaneOptions = {
  log: Log;
  clock?: Clock;
  failpoint?: Failpoint;
  /** Program of the stores that the process driver runs. */
  runtimeEntry?: string;
  /** In place of the driver that the configuration names; it may need the shards. */
  driver?: Driver | ((shards: ShardDirectory) => Driver);
  /** In place of how often tasks run by themselves. */
  intervals?: Partial<Intervals>;
  /** Rounds of the key derivation of backups, in place of the usual ones; a test takes fewer. */
  kdfIterations?: number;
  /** Most connections of the role that serves, in place of the usual number. */
  connections?: number;
  /** Folder of the console's pages, in place of the one that `npm run build` writes. */
  consoleDist?: string;
  /** Called when another control plane took over the database while this one was cut off from it. */
  onLost?: () => void;
  /** Called with everything that the control plane does, once it was put together; for a program that holds it inside. */
  onComposed?: (services: Services) => void;
};

const ROOT = join(import.meta.dirname, '..');
const CONSOLE_DIST = join(ROOT, 'web', 'dist', 'console');
/** Making and renaming stores' databases is rare. */
const MOST_OWNER_CONNECTIONS = 4;
const MOST_CONNECTIONS = 16;
/** A limit that the cluster has for others does not end what takes its time here. */
const UNLIMITED = { statementTimeoutMillis: 0 };

export function createControlPlane(config: ControlPlaneConfig, options: ControlPlaneOptions): ControlPlane {
  const { log, clock = systemClock, failpoint = noFailpoint } = options;
  const undo = createUndoStack(log);
  let embedded: EmbeddedPostgres | undefined;
  let running: { services: Services; driver: Driver } | undefined;

  async function bringUp(): Promise<{ url: string }> {
    const clusterUrl = config.databaseUrl ?? (await startEmbedded()).url;
    const connectionString = await ensureControlDatabase(clusterUrl, config.controlDatabase);
    const lock = await becomeExclusive(connectionString, log, () => options.onLost?.());
    undo.push('lock', () => lock.release());
    await migrate(connectionString, join(ROOT, 'migrations', 'control'));
    const installation = await installationOf(connectionString, config.home);
    await claimFolder(config.home, installation);
    const keys = await readableKeys(connectionString);
    const templates = await loadTemplates();
    const newestMigration = await newestOf(join(ROOT, 'migrations', 'tenant'));
    const cluster = createDb({
      ...{ connectionString, ...UNLIMITED },
      max: MOST_OWNER_CONNECTIONS,
      applicationName: 'lapak-cluster',
    });
    undo.push('cluster', () => cluster.close());
    const egress = egressOf(config, clusterUrl, await maxConnectionsOf(connectionString));
    const pool = createPool({
      connectionString: await prepareServingRole(connectionString),
      ...UNLIMITED,
      max: options.connections ?? MOST_CONNECTIONS,
      applicationName: 'lapak-control-plane',
      onIdleError: (err) => log.warn({ err }, 'an idle database connection was lost'),
    });
    // The application closes it, once there is one.
    undo.push('database', async () => pool.ended || pool.end());
    const db = dbFromPool(pool);
    const shards = directory(db, keys);
    const given = typeof options.driver === 'function' ? options.driver(shards) : options.driver;
    const driver = given ?? createDriver(config, { ...options, egress, installation: installation.id, shards });
    undo.push('driver', () => driver.close());
    const services = composeServices({
      ...{ config, installation, connectionString, cluster, db, clock, log, failpoint },
      ...{ driver, keys, templates, newestMigration },
      intervals: options.intervals,
      runtimeEntry: options.runtimeEntry,
      kdfIterations: options.kdfIterations,
    });
    options.onComposed?.(services);
    const deps = {
      ...{ pool, db, services, log, hosts: apiHostsOf(config), proxies: config.trustedProxies },
      console: { url: config.consoleUrl, host: config.host, dist: options.consoleDist ?? CONSOLE_DIST },
    };
    const app = await buildApp(deps);
    undo.push('http', () => app.close());
    const reports = config.reportsPort === undefined ? undefined : await buildReportsApp(deps);
    undo.push('reports', async () => reports?.close());
    undo.push('jobs', () => services.jobs.stop());
    await services.jobs.start();
    undo.push('self-backup', () => services.selfBackups.stop());
    await openJobsToServingRole(connectionString, JOBS_SCHEMA);
    for (const [queue, schedule] of services.schedules) await services.jobs.schedule(queue, schedule, {});
    // Whoever sees that the port answers finds the socket too.
    const local = await listenLocally(app, config.home, log);
    if (local) undo.push('local-socket', () => local.close());
    const { port, host, reportsPort = 0 } = config;
    const url = await listen(() => app.listen({ host, port }), { host, port, key: 'LAPAK_PORT or LAPAK_HOST' });
    const own = { host: '127.0.0.1', port: reportsPort };
    if (reports) await listen(() => reports.listen(own), { ...own, key: 'LAPAK_REPORTS_PORT' });
    const apiSocket = local && LOCAL_SOCKET;
    await services.apiKeys.keepOwners(config.ownerIds);
    await keepLocalCredentials(config.home, { apiUrl: url, apiSocket }, services.apiKeys);
    if (embedded) services.tasks.register(logTask(embedded));
    services.tasks.start();
    undo.push('tasks', () => services.tasks.stop());
    running = { services, driver };
    log.info(
      { url, driver: driver.kind, database: config.databaseUrl ? 'given' : 'embedded' },
      'control plane started',
    );
    return { url };
  }

  /** The shards as their rows say. */
  function directory(db: Db, keys: readonly SealingKey[]): ShardDirectory {
    const { home, deployments, portRange: range } = config;
    const ports = createPorts({ db, range, owner: 'shard' });
    return createShardDirectory({ db, log, secrets: createSecrets(keys), ports, home, deployments });
  }

  async function readableKeys(connectionString: string): Promise<SealingKey[]> {
    const owner = createDb({ connectionString, max: 1, applicationName: 'lapak-start' });
    try {
      return await masterKeysFor(config, owner);
    } finally {
      await owner.close();
    }
  }

  async function startEmbedded(): Promise<EmbeddedPostgres> {
    embedded = await startEmbeddedPostgres({ dir: join(config.home, 'postgres') });
    await embedded.boundLog();
    return embedded;
  }

  async function stopStores({ services, driver }: { services: Services; driver: Driver }): Promise<void> {
    const ours = new Set(await services.tenants.slugs());
    const seen = (await driver.observeAll()).filter(({ store }) => ours.has(store));
    await Promise.all(seen.map(({ store }) => driver.stop(store)));
    await driver.stopShared?.();
  }

  return {
    async start() {
      try {
        return await bringUp();
      } catch (error) {
        await undo.run();
        // One that ran before goes on: stores use it.
        if (embedded?.launched) await embedded.stop();
        throw error;
      }
    },
    async stop({ stores = 'keep' } = {}) {
      if (stores === 'stop' && running) {
        await undo.runUntil('tasks');
        await stopStores(running);
      }
      await undo.run();
      if (stores === 'stop') await embedded?.stop();
    },
  };
}

/** By what names clients call the API: what it listens on, where stores report, the console's, and what the operator adds. */
function apiHostsOf({ host, apiHosts, tenantApiUrl, consoleUrl }: ControlPlaneConfig): string[] {
  const named = [tenantApiUrl, consoleUrl].flatMap((url) => (url === undefined ? [] : [new URL(url).hostname]));
  return [host, ...apiHosts, ...named, 'host.docker.internal'];
}

function logTask({ boundLog }: EmbeddedPostgres): BackgroundTask {
  return { name: 'postgres-log', everyMs: 60_000, run: boundLog };
}

/** @returns the address as a client on this machine reaches it */
async function listen(start: () => Promise<string>, on: { host: string; port: number; key: string }): Promise<string> {
  const { host, port, key } = on;
  try {
    const { port: chosen } = new URL(await start());
    // A URL names no port that is the usual one.
    return localOrigin(host, Number(chosen) || port);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EADDRNOTAVAIL' && code !== 'EACCES') throw cause;
    const why = code === 'EADDRINUSE' ? 'is in use by another program' : 'cannot be listened on';
    throw new AppError('ADDRESS_IN_USE', `Port ${port} on ${host} ${why}. Set ${key} to another.`, {
      cause,
    });
  }
}
