import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { execa } from 'execa';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDockerDriver, type Driver, type RuntimeSpec } from '../../control-plane/fleet/drivers/index.ts';
import { loadTemplates, renderDeployment, writeDeployment } from '../../control-plane/fleet/rendering/index.ts';
import { shortId } from '../../kernel/ids.ts';
import { type ChatClient, createSandboxClient } from '../../sandbox/client.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { eventually, makeSpec } from '../drivers/stores.ts';
import { composeCommand } from '../rendering/compose.ts';
import { dockerAvailable, TEST_IMAGE } from '../support/docker.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const available = await dockerAvailable(TEST_IMAGE);
const compose = await composeCommand();
const docker = new Docker();
/** A store becomes ready once its first long poll has come back, which takes half a minute. */
const PATIENCE_MS = 180_000;
const network = `lapak-test-${shortId(6)}`;

describe.skipIf(!available.available || !compose)('the image of the runtime', { timeout: PATIENCE_MS }, () => {
  let sandbox: Sandbox;
  let database: TestDatabase;
  let driver: Driver;
  let spec: RuntimeSpec;
  let chat: ChatClient;

  beforeAll(async () => {
    sandbox = createSandbox();
    const { url } = await sandbox.listen();
    const client = createSandboxClient(url);
    const bot = await client.createBot({ username: 'warung_docker_bot' });
    const admin = await client.createUser({ firstName: 'Sari' });
    chat = admin.chatWith(bot);
    await client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia' });
    database = await testDatabase('empty');
    const storeUrl = await ownedByStore(database);
    const sandboxPort = new URL(url).port;
    driver = createDockerDriver({
      network,
      egress: {
        image: TEST_IMAGE,
        ...{ database: new URL(storeUrl).host, databaseTls: false, databaseConnections: 100 },
        ...{ allow: [`host.docker.internal:${sandboxPort}`], aliases: [] },
      },
      log: pino({ level: 'silent' }),
    });
    const bare = await makeSpec(TEST_IMAGE);
    const inContainer = (address: string) => address.replace('127.0.0.1', 'host.docker.internal');
    const env = {
      TELEGRAM_BOT_TOKEN: bot.token,
      TELEGRAM_ADMIN_IDS: String(admin.id),
      TELEGRAM_API_ROOT: inContainer(url),
      DATABASE_URL: Object.assign(new URL(storeUrl), { host: 'host.docker.internal:7710' }).toString(),
      PAKASIR_PROJECT_SLUG: 'warung',
      PAKASIR_API_KEY: 'kunci-rahasia',
      PAKASIR_API_BASE: inContainer(`${url}/pakasir`),
      STORE_SLUG: bare.store,
      BOT_STORE_NAME: `Rudi's "Toko" <&> $5 #1`,
      DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    };
    spec = { ...bare, env };
    const { files } = renderDeployment({ ...spec, network }, await loadTemplates());
    await writeDeployment(spec.folder, files);
  });
  afterAll(async () => {
    await driver?.remove(spec.store);
    await driver?.close();
    await sandbox?.close();
    await database?.db.query(`DROP DATABASE IF EXISTS db_${database.name} WITH (FORCE)`);
    await database?.drop();
    await askNetworkAway();
  });

  test('names what is wrong with its environment, and never a value', async () => {
    const ended = await execa('docker', ['run', '--rm', '-e', 'TELEGRAM_BOT_TOKEN=not-a-token', TEST_IMAGE], {
      reject: false,
    });
    expect(ended.exitCode).toBe(78);
    expect(ended.stderr).toContain('TELEGRAM_BOT_TOKEN: expected');
    expect(ended.stderr + ended.stdout).not.toContain('not-a-token');
  });

  test('holds no package manager cache, nothing of the control plane, and does not run as root', async () => {
    const script =
      'id -u; ls; ls node_modules | grep -cE "^(dockerode|handlebars|commander|vitest)$"; ls ~/.npm 2>&1; true';
    const { stdout } = await execa('docker', ['run', '--rm', '--entrypoint', 'sh', TEST_IMAGE, '-c', script]);
    const [uid, ...rest] = stdout.split('\n');
    expect(uid).toBe('1000');
    expect(rest).toEqual([
      'egress',
      'kernel',
      'logs',
      'migrations',
      'node_modules',
      'package.json',
      'tenant-runtime',
      '0',
      expect.stringMatching(/cannot access/),
    ]);
  });

  test('serves as a store of the docker driver, and ends cleanly', async () => {
    await driver.ensure(spec);
    await eventually(async () => (await driver.observe(spec.store)).healthy === true, 60_000);
    const ready = await fetch(`http://127.0.0.1:${spec.ports.telegram}/readyz`);
    expect(ready.status).toBe(200);
    // The chart needs what the image could lack: a native library, a font, a process beside the store in its limits.
    await chat.send('/admin');
    await chat.waitFor('Admin Settings');
    await chat.tap('📊 Statistik');
    expect((await chat.waitFor('Statistik hari ini', { timeoutMs: 60_000 })).kind).toBe('photo');
    await driver.stop(spec.store);
    expect((await driver.observe(spec.store)).exit).toMatchObject({ code: 0, outOfMemory: false });
  });

  test('its daily log and its output are there for the operator', async () => {
    const lines: string[] = [];
    for await (const line of driver.logs(spec.store)) lines.push(line);
    expect(lines.join('\n')).toContain('"level":"info"');
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta' }).format(new Date());
    expect(await readFile(join(spec.folder, 'logs', 'runtime', `${day}.log`), 'utf8')).toMatch(/^\[.+\] \[info\] /m);
  });

  test('run.sh starts the same container by hand, tells its state, and stops it', async () => {
    await driver.ensure(spec);
    const byDriver = await inspected();
    const run = (...args: string[]) => execa('./run.sh', args, { cwd: spec.folder, reject: false, all: true });
    // The driver's own, which the engine would not let compose make again.
    const { id } = await driver.observe(spec.store);
    expect((await run()).exitCode).toBe(0);
    expect((await driver.observe(spec.store)).id).toBe(id);
    await driver.remove(spec.store);
    expect((await run('status')).exitCode).toBe(1);
    const started = await run();
    expect(started.all).toContain('is healthy');
    expect(started.exitCode).toBe(0);
    expect((await run('status')).exitCode).toBe(0);
    expect(await inspected()).toEqual(byDriver);
    // The driver takes it for what it is: its own.
    expect(await driver.observe(spec.store)).toMatchObject({ state: 'running', specHash: spec.specHash });
    expect((await run('stop')).exitCode).toBe(0);
    expect((await driver.observe(spec.store)).state).toBe('exited');
  });

  test('run.sh says where to look when the store does not become healthy', async () => {
    await driver.remove(spec.store);
    await writeDeployment(
      spec.folder,
      renderDeployment(
        { ...spec, network, env: { ...spec.env, DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' } },
        await loadTemplates(),
      ).files,
    );
    const failed = await execa('./run.sh', [], {
      cwd: spec.folder,
      reject: false,
      all: true,
      env: { WAIT_SECONDS: '8' },
    });
    expect(failed.exitCode).toBe(1);
    expect(failed.all).toContain('use host.docker.internal for a Postgres on this machine');
    expect(failed.all).not.toContain('nobody:x@');
  });

  /** What the engine holds of the container, without what differs between any two. */
  async function inspected() {
    const { HostConfig: host, Config: config } = await docker.getContainer(spec.name).inspect();
    const labels = Object.entries(config.Labels).filter(([key]) => key.startsWith('lapak.'));
    return {
      user: config.User,
      command: config.Cmd,
      labels: Object.fromEntries(labels),
      env: config.Env.filter((line) => /^(HOST|LISTEN_|NODE_OPTIONS)/.test(line)).sort(),
      binds: (host.Binds ?? []).map((bind) => bind.replace(/:rw$/, '')).sort(),
      limits: [host.Memory, host.MemorySwap, host.NanoCpus, host.PidsLimit],
      ports: host.PortBindings,
      restart: host.RestartPolicy?.Name,
      hardening: [host.CapDrop, host.SecurityOpt, host.ReadonlyRootfs, host.Tmpfs, host.Init],
      logs: host.LogConfig,
      hosts: host.ExtraHosts,
    };
  }
});

/** Gives the database to a role like a store's, which is all that the egress proxy lets in. @returns its connection string */
async function ownedByStore({ db, name, url }: TestDatabase): Promise<string> {
  await db.query(`CREATE ROLE lapak_${name} LOGIN PASSWORD 'kunci-database'`);
  await db.query(`CREATE DATABASE db_${name} OWNER lapak_${name}`);
  const own = { username: `lapak_${name}`, password: 'kunci-database', pathname: `/db_${name}` };
  return Object.assign(new URL(url), own).toString();
}

async function askNetworkAway(): Promise<void> {
  await docker.getContainer(`${network}-egress`).remove({ force: true });
  const found = await docker.listNetworks({ filters: { name: [network] } });
  await Promise.all(found.map(({ Id }) => docker.getNetwork(Id!).remove()));
}
