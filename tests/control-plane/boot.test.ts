import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { parseControlPlaneConfig } from '../../control-plane/platform/config.ts';
import { createControlPlane } from '../../control-plane/server.ts';
import { createDb } from '../../kernel/db.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { childEnvironment } from '../support/child-environment.ts';
import { freePort } from '../support/ports.ts';
import { clusterUrl } from '../support/postgres.ts';
import { createApi, storeRequest } from './support/api.ts';
import { planeEnvironment } from './support/plane.ts';
import { runtimesBelow } from './support/processes.ts';

/* control-plane/main.ts itself, under plain node, with the real runtime. */
const MAIN = join(import.meta.dirname, '..', '..', 'control-plane', 'main.ts');

type Program = {
  stderr(): string;
  ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  up: Promise<string>;
};

function start(env: Record<string, string>): Program {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...childEnvironment(), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const up = new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      const url = /listens on (http:\S+) /.exec(stderr)?.[1];
      if (url) resolve(url);
    });
    void ended.then(() => reject(new Error(stderr)));
  });
  up.catch(() => {});
  return { stderr: () => stderr, ended, kill: (signal) => child.kill(signal), up };
}

let sandbox: Sandbox;
let env: Record<string, string>;
beforeAll(async () => {
  sandbox = createSandbox();
  // The real runtime, on a machine that may be busy.
  env = { ...(await planeEnvironment((await sandbox.listen()).url)), LAPAK_TENANT_READY_TIMEOUT: '120' };
});
afterAll(async () => {
  for (const pid of await runtimesBelow(env.LAPAK_DEPLOYMENTS as string)) process.kill(pid, 'SIGKILL');
  await sandbox.close();
  await rm(env.LAPAK_HOME as string, { recursive: true, force: true });
});

test('a wrong environment ends it with one line per key and no value', async () => {
  const program = start({ LAPAK_PORT: 'hunter2', DATABASE_URL: 'hunter2', HEALTH_CPU_THRESHOLD: '900' });
  expect(await program.ended).toBe(1);
  expect(program.stderr().trim().split('\n')).toEqual([
    'DATABASE_URL: expected a connection string such as postgres://user:password@host:5432/postgres',
    'HEALTH_CPU_THRESHOLD: expected a whole number from 1 to 100',
    'LAPAK_PORT: expected a whole number from 0 to 65535',
  ]);
});

test('a database that does not answer is said in one line, without its password', async () => {
  const program = start({ ...env, DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:1/postgres' });
  expect(await program.ended).toBe(1);
  expect(program.stderr().trim()).toMatch(/^Postgres cannot be used: .*ECONNREFUSED.*$/);
  expect(program.stderr()).not.toContain('hunter2');
});

test('a port that is taken is said in one line', async () => {
  const thief: Server = createServer();
  const port = await new Promise<number>((resolve) =>
    thief.listen(0, '127.0.0.1', () => resolve((thief.address() as { port: number }).port)),
  );
  const program = start({ ...env, LAPAK_PORT: String(port) });
  expect(await program.ended).toBe(1);
  expect(program.stderr().trim()).toBe(
    `Port ${port} on 127.0.0.1 is in use by another program. Set LAPAK_PORT or LAPAK_HOST to another.`,
  );
  thief.close();
});

test('a folder that cannot be is said in one line', async () => {
  const file = join(env.LAPAK_HOME as string, 'a-file');
  await writeFile(file, '');
  const program = start({ ...env, LAPAK_HOME: join(file, 'home') });
  expect(await program.ended).toBe(1);
  expect(program.stderr().trim()).toMatch(/^\S+a-file\S* cannot be used: .*\(ENOTDIR, \w+\)$/);
});

test('a start that fails at its end leaves no port, no lock and no connection behind', async () => {
  const port = await freePort();
  const config = parseControlPlaneConfig({ ...env, LAPAK_PORT: String(port) }, '/');
  const inTheWay = join(config.home, 'cli.json');
  await mkdir(inTheWay, { recursive: true });
  const log = pino({ level: 'silent' });
  await expect(createControlPlane(config, { log }).start()).rejects.toMatchObject({ code: 'EISDIR' });
  const cluster = createDb({ connectionString: clusterUrl(), max: 1 });
  const held = () =>
    cluster.query('SELECT application_name FROM pg_stat_activity WHERE datname = $1', [config.controlDatabase]);
  await expect.poll(held).toEqual([]);
  await cluster.close();
  await rm(inTheWay, { recursive: true });
  const next = createControlPlane(config, { log });
  const { url } = await next.start();
  expect(url).toBe(`http://127.0.0.1:${port}`);
  const ready = async () => (await fetch(`${url}/readyz`)).json();
  expect(await ready()).toMatchObject({ ready: true, checks: { credentials: { ok: true } } });
  await next.stop();
});

test('a log without a reader ends it in order', async () => {
  const shell = spawn(
    'bash',
    ['--norc', '--noprofile', '-c', `'${process.execPath}' '${MAIN}' | head -n 1 > /dev/null`],
    {
      env: { ...childEnvironment(), ...env, LOG_LEVEL: 'debug' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let stderr = '';
  shell.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await new Promise((resolve) => shell.once('close', resolve));
  expect(stderr).toContain('Stopping. Stores go on running');
  expect(stderr).not.toContain('    at ');
});

test('it opens a real store, which goes on serving when it stops; a second one is refused meanwhile', async () => {
  // Of a shell that speaks to another database.
  const shell = {
    ...{
      PGHOST: '192.0.2.1',
      PGPORT: '1',
      PGUSER: 'nobody',
      PGPASSWORD: 'wrong',
      PGDATABASE: 'elsewhere',
      PGSERVICE: 'none',
    },
    ...{ PGOPTIONS: '-c default_transaction_read_only=on', PGSSLMODE: 'verify-full', PGTZ: 'Asia/Jayapura' },
  };
  const program = start({ ...env, ...shell });
  const url = await program.up;
  const { apiUrl, apiKey } = JSON.parse(await readFile(join(env.LAPAK_HOME as string, 'cli.json'), 'utf8'));
  expect(apiUrl).toBe(url);
  expect(((await stat(join(env.LAPAK_HOME as string, 'master.key'))).mode & 0o777).toString(8)).toBe('600');

  const second = start(env);
  expect(await second.ended).toBe(1);
  expect(second.stderr()).toMatch(
    /Another control plane \(lapak control plane, process \d+ on .*\) works on this database\. Stop it first\./,
  );

  const api = createApi(url, apiKey);
  const { user, token } = sandbox.telegram.createBot({});
  const accepted = await api.call<{ tenant: Tenant; operation: Operation }>(
    'POST',
    '/v1/tenants',
    storeRequest({ telegramBotToken: token }),
  );
  const operation = await api.ended(accepted.body.operation.id);
  expect(operation).toMatchObject({ error: null, state: 'succeeded' });
  const tenant = await api.tenant(accepted.body.tenant.store);
  expect(tenant).toMatchObject({ state: 'running', bot: { id: user.id } });

  program.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(program.stderr()).toContain('Stores go on running');
  expect(await runtimesBelow(tenant.folder)).toHaveLength(1);
  expect((await fetch(`http://127.0.0.1:${tenant.ports?.telegram}/readyz`)).status).toBe(200);
});
