import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import type { Services } from '../../../control-plane/composition/services.ts';
import type { Driver } from '../../../control-plane/fleet/drivers/index.ts';
import { parseControlPlaneConfig } from '../../../control-plane/platform/config.ts';
import { type ControlPlane, type ControlPlaneOptions, createControlPlane } from '../../../control-plane/server.ts';
import { createDb, type Db } from '../../../kernel/db.ts';
import { shortId } from '../../../kernel/ids.ts';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { keepLines } from '../../support/last-lines.ts';
import { cloneOf, clusterUrl } from '../../support/postgres.ts';
import { quietTimes } from '../../support/quiet-times.ts';
import { type Api, createApi } from './api.ts';

/** Rounds of the key derivation of backups, the fewest that are read. The usual ones take a second of each backup. */
export const FEW_ITERATIONS = 1_000;
export const FAKE_RUNTIME = join(import.meta.dirname, 'fake-runtime.ts');

/** A control plane of a test's own: its folder, its database, its Telegram. Stores run as real processes. */
export type TestPlane = {
  api: Api;
  url: string;
  home: string;
  deployments: string;
  sandbox: Sandbox;
  sandboxUrl: string;
  /** The control database, over a connection of the test's own. */
  db: Db;
  /** Connection string of the cluster's superuser to any database. */
  databaseUrl(database: string): string;
  /** What the control plane is made of now. */
  services: Services;
  /** Everything that was logged so far. */
  logged(): string;
  /** A bot that Telegram knows. */
  newBot(): { id: number; token: string; username: string };
  /** Stops the control plane alone, and starts another over the same folder and database, `meanwhile` in between. */
  restart(meanwhile?: () => unknown): Promise<void>;
  env: Record<string, string>;
  close(): Promise<void>;
};

export type PlaneOptions = Omit<ControlPlaneOptions, 'log'> & {
  /** A driver for each start, in place of one for all: a control plane that stops closes its own. */
  makeDriver?: () => Driver;
  env?: Record<string, string>;
  /** Where the sandbox listens; loopback unless said otherwise. */
  sandboxHost?: string;
};

/** Environment of a control plane over the run's cluster, with a folder and a database of its own. */
export async function planeEnvironment(sandboxUrl: string): Promise<Record<string, string>> {
  const home = await mkdtemp(join(tmpdir(), 'lapak-plane-'));
  const database = `control_${shortId()}`;
  const cluster = createDb({ connectionString: clusterUrl(), max: 1 });
  await cluster.query(cloneOf('control', database));
  await cluster.close();
  // Below the ports that the system gives to outgoing connections; files that run side by side keep apart.
  const from = 12_000 + Number(process.env.VITEST_POOL_ID ?? 0) * 1_000 + Math.floor(Math.random() * 8) * 100;
  return {
    LAPAK_HOME: home,
    LAPAK_PORT: '0',
    LAPAK_DEPLOYMENTS: join(home, 'deployments'),
    DATABASE_URL: clusterUrl(),
    LAPAK_CONTROL_DATABASE: database,
    LAPAK_PORT_RANGE: `${from}-${from + 99}`,
    LAPAK_TENANT_READY_TIMEOUT: '20',
    ...(process.env.LAPAK_PG_BIN && { LAPAK_PG_BIN: process.env.LAPAK_PG_BIN }),
    TELEGRAM_API_ROOT: sandboxUrl,
    PAKASIR_API_BASE: `${sandboxUrl}/pakasir`,
    ...quietTimes(),
  };
}

export async function startPlane(options: PlaneOptions = {}): Promise<TestPlane> {
  const sandbox = createSandbox();
  const { url: sandboxUrl } = await sandbox.listen(0, options.sandboxHost);
  const env = { ...(await planeEnvironment(sandboxUrl)), ...options.env };
  const config = parseControlPlaneConfig(env, '/');
  const lines: string[] = [];
  const keep = keepLines('the control plane');
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      keep(String(chunk));
      done();
    },
  });
  const log = pino({ level: 'trace' }, sink);
  let services: Services;
  const onComposed = (composed: Services) => {
    services = composed;
  };
  const runtimeEntry = options.runtimeEntry ?? FAKE_RUNTIME;
  const make = () => {
    const driver = options.makeDriver?.() ?? options.driver;
    return createControlPlane(config, {
      kdfIterations: FEW_ITERATIONS,
      ...options,
      ...(driver && { driver }),
      ...{ log, runtimeEntry, onComposed },
    });
  };
  const databaseUrl = (database: string) => clusterUrl().replace(/\/postgres$/, `/${database}`);
  let plane: ControlPlane = make();
  let api: Api;
  let url: string;
  async function up(): Promise<void> {
    ({ url } = await plane.start());
    const { apiKey } = JSON.parse(await readFile(join(config.home, 'cli.json'), 'utf8'));
    api = createApi(url, apiKey);
  }
  await up();
  const db = createDb({ connectionString: databaseUrl(config.controlDatabase), max: 2 });
  return {
    get api() {
      return api;
    },
    get url() {
      return url;
    },
    home: config.home,
    deployments: config.deployments,
    sandbox,
    sandboxUrl,
    db,
    get services() {
      return services;
    },
    databaseUrl,
    logged: () => lines.join(''),
    newBot() {
      const { user, token } = sandbox.telegram.createBot({});
      return { id: user.id, token, username: user.username ?? '' };
    },
    async restart(meanwhile) {
      await plane.stop();
      await meanwhile?.();
      plane = make();
      await up();
    },
    env,
    async close() {
      await plane.stop({ stores: 'stop' });
      await db.close();
      await sandbox.close();
      await dropDatabases(databaseUrl('postgres'), config.controlDatabase);
      await rm(config.home, { recursive: true, force: true });
    },
  };
}

async function dropDatabases(url: string, control: string): Promise<void> {
  const admin = createDb({ connectionString: url, max: 1 });
  await admin.query(`DROP DATABASE IF EXISTS ${control} WITH (FORCE)`);
  await admin.query(`DROP ROLE IF EXISTS "${control}.api"`);
  await admin.close();
}
