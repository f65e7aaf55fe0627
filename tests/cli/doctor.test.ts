import { chmod, mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { reachableFromBridge } from '../../cli/doctor/isolation.ts';
import type { Backup } from '../../control-plane/api/contract/index.ts';
import { clusterUrl } from '../support/postgres.ts';
import { type CliOptions, runCli, tempDir } from './support/cli.ts';
import { aTenant, contractServer, json, problem } from './support/contract-server.ts';

type Checks = { name: string; status: string; detail: string; remedy?: string }[];

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

const BACKUP: Backup = {
  ...{ id: 'b1', store: 'warung', file: 'f', reason: 'scheduled', state: 'verified', operation: 'op1', size: 1 },
  ...{ sha256: null, rows: null, migration: null, image: 'i', local: null, offsite: null, error: null },
  ...{ startedAt: hoursAgo(3), finishedAt: null },
};

/** A machine on which everything is well, and what a test breaks on it. */
async function machine(broken: Record<string, string> = {}) {
  const server = await contractServer();
  server.on('GET /readyz', (_, response) => json(response, 200, { ready: true, checks: {} }));
  server.on('GET /v1/tenants', (_, response) => json(response, 200, { tenants: [], nextCursor: null }));
  const home = await tempDir();
  const env = {
    ...server.env,
    LAPAK_HOME: home,
    LAPAK_PORT: new URL(server.url).port,
    DATABASE_URL: clusterUrl(),
    TELEGRAM_API_ROOT: server.url,
    PAKASIR_API_BASE: `${server.url}/pakasir`,
    LAPAK_DEPLOYMENTS: join(home, 'deployments'),
    LAPAK_PG_BIN: await postgresPrograms(home, 99),
    ...broken,
  };
  return { server, home, env };
}

/** Programs that say that they are of this version. */
async function postgresPrograms(home: string, major: number): Promise<string> {
  const bin = join(home, `bin-${major}`);
  await mkdir(bin);
  for (const name of ['pg_dump', 'pg_restore']) {
    await writeFile(join(bin, name), `#!/bin/sh\necho "${name} (PostgreSQL) ${major}.1"\n`, { mode: 0o755 });
  }
  return bin;
}

async function examine(options: CliOptions) {
  const ran = await runCli(['doctor', '--json'], options);
  const report = JSON.parse(ran.stdout) as { ok: boolean; checks: Checks };
  const of = (name: string) => report.checks.find((check) => check.name === name);
  return { ...ran, report, of };
}

test('a machine on which everything is well ends with 0, with a line for each thing that was looked at', async () => {
  const { env } = await machine();
  const ran = await runCli(['doctor'], { env });
  expect(ran.stdout).toContain('Nothing is broken.');
  expect(ran.code).toBe(0);
  for (const name of [
    'Node',
    'Postgres',
    'Docker',
    'Control plane',
    'Telegram',
    'Pakasir',
    'Disk',
    'API port',
    'Store ports',
    'LAPAK_HOME',
    'Cluster',
    'Backups',
    'Public address',
    'Console address',
    'Caddy',
    'Clock',
    'Folders',
    'Bucket',
    'Images',
    'Owner bot',
  ]) {
    expect(ran.stdout).toMatch(new RegExp(`^[✓!] ${name} `, 'm'));
  }
  expect(ran.stdout).toMatch(/^[✓!] pg_dump /m);
});

test.each<{ broken: Record<string, string>; name: string; detail: RegExp }>([
  {
    broken: { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/db' },
    name: 'Postgres',
    detail: /127\.0\.0\.1:1\/db does not let us in/,
  },
  { broken: { TELEGRAM_API_ROOT: 'http://127.0.0.1:1' }, name: 'Telegram', detail: /does not answer/ },
  { broken: { PAKASIR_API_BASE: 'http://127.0.0.1:1' }, name: 'Pakasir', detail: /does not answer/ },
  { broken: { LAPAK_PORT_RANGE: 'all of them' }, name: 'Store ports', detail: /no range/ },
  { broken: { LAPAK_DRIVER: 'docker', DOCKER_HOST: 'tcp://127.0.0.1:1' }, name: 'Docker', detail: /does not answer/ },
  { broken: { LAPAK_API_URL: 'http://127.0.0.1:1' }, name: 'Control plane', detail: /does not answer/ },
])('$name that is broken is found, with how to fix it', async ({ broken, name, detail }) => {
  const { env } = await machine(broken);
  const { code, report, of, stdout, stderr } = await examine({ env });
  expect(code).toBe(1);
  expect(report.ok).toBe(false);
  expect(of(name)).toMatchObject({
    status: 'broken',
    detail: expect.stringMatching(detail),
    remedy: expect.any(String),
  });
  expect(report.checks.filter(({ status }) => status === 'broken')).toHaveLength(1);
  expect(stdout + stderr).not.toContain('hunter2');
});

test('keys that others can read are found', async () => {
  const { env, home } = await machine();
  await writeFile(join(home, 'cli.json'), '{}');
  await writeFile(join(home, 'master.key'), 'k');
  await chmod(join(home, 'cli.json'), 0o600);
  await chmod(join(home, 'master.key'), 0o640);
  const { of } = await examine({ env });
  expect(of('LAPAK_HOME')).toMatchObject({
    status: 'broken',
    remedy: expect.stringContaining(`chmod 600 ${home}/master.key`),
  });
});

test('a key that is not taken, and a control plane that is not ready, are told apart', async () => {
  const { server, env } = await machine();
  server.on('GET /v1/tenants', (_, response) =>
    problem(response, 401, 'UNAUTHENTICATED', 'A valid API key is required.'),
  );
  expect((await examine({ env })).of('Control plane')?.detail).toContain('A valid API key is required.');
  server.on('GET /readyz', (_, response) =>
    json(response, 503, { ready: false, checks: { postgres: { ok: false, detail: 'it is away' } } }),
  );
  expect((await examine({ env })).of('Control plane')?.detail).toContain('postgres: it is away');
});

test('a port that another program holds is found', async () => {
  const other = createServer((socket) => socket.end('SSH-2.0-not-lapak\r\n'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    other.close();
  });
  const { env } = await machine({ LAPAK_PORT: String((other.address() as AddressInfo).port) });
  expect((await examine({ env })).of('API port')).toMatchObject({ status: 'broken' });
});

test('a superuser in DATABASE_URL is a warning, and what is enough instead is said', async () => {
  const { env } = await machine();
  const { code, of } = await examine({ env });
  expect(code).toBe(0);
  expect(of('Postgres rights')).toMatchObject({
    status: 'warning',
    detail: expect.stringContaining('is a superuser'),
    remedy: expect.stringContaining('CREATEDB and CREATEROLE'),
  });
});

test('a pg_dump that is older than the server, or none, is broken while backups are on', async () => {
  const { env, home } = await machine();
  const old = { ...env, LAPAK_PG_BIN: await postgresPrograms(home, 9), PATH: '/nonexistent' };
  const { of } = await examine({ env: old });
  // Debian's folder of versions is looked into whatever PATH says.
  const isThere = of('pg_dump')?.status === 'ok';
  if (!isThere) expect(of('pg_dump')).toMatchObject({ status: 'broken', detail: expect.stringContaining('older') });
  const off = await examine({ env: { ...old, ENABLE_AUTO_BACKUP: 'false' } });
  expect(off.of('pg_dump')?.status).toBe(isThere ? 'ok' : 'warning');
  expect(off.of('Backups')).toMatchObject({ status: 'warning' });
});

test.each<{ broken: Record<string, string>; name: string; detail: RegExp }>([
  {
    broken: { LAPAK_PUBLIC_URL: 'https://nowhere.invalid.example/?a=1' },
    name: 'Public address',
    detail: /Telegram would refuse/,
  },
  {
    broken: { LAPAK_PUBLIC_URL: 'http://nowhere.invalid' },
    name: 'Public address',
    detail: /nowhere.invalid leads nowhere/,
  },
  {
    broken: { LAPAK_CONSOLE_URL: 'http://console.example.com' },
    name: 'Console address',
    detail: /does not start with this LAPAK_CONSOLE_URL/,
  },
  {
    broken: { LAPAK_CONSOLE_URL: 'https://nowhere.invalid' },
    name: 'Console address',
    detail: /nowhere.invalid leads nowhere/,
  },
  { broken: { LAPAK_CADDY_ADMIN: 'http://127.0.0.1:1' }, name: 'Caddy', detail: /does not answer/ },
  {
    broken: { LAPAK_DEPLOYMENTS: '/proc/self/stat/below' },
    name: 'Folders',
    detail: /\/proc\/self\/stat.* cannot be used/,
  },
  {
    broken: { BACKUP_AUTOMATIC_OFFSITE: 'true', BACKUP_OFFSITE_DIR: '/nowhere/offsite' },
    name: 'Folders',
    detail: /\/nowhere\/offsite: it does not exist/,
  },
])('$name: $detail', async ({ broken, name, detail }) => {
  const { env } = await machine(broken);
  const { code, of } = await examine({ env });
  expect(code).toBe(1);
  expect(of(name)).toMatchObject({
    status: 'broken',
    detail: expect.stringMatching(detail),
    remedy: expect.any(String),
  });
});

test('stores without a verified backup of the last day, or without a password for one, are broken', async () => {
  const { server, env } = await machine();
  const made = (changes: Partial<Backup>) => ({ backups: [{ ...BACKUP, ...changes }], nextCursor: null });
  const of = {
    fine: made({}),
    old: made({ startedAt: hoursAgo(50) }),
    failed: made({ state: 'failed' }),
    bare: made({}),
  };
  const stores = [...Object.keys(of), 'young'];
  const tenants = stores.map((store) => aTenant({ store, ...(store === 'young' ? { createdAt: hoursAgo(1) } : {}) }));
  server.on('GET /v1/tenants', (_, response) => json(response, 200, { tenants, nextCursor: null }));
  for (const store of stores) {
    const password = store === 'bare' ? 'unset' : 'set';
    const configuration = { revision: 1, env: {}, secrets: { BACKUP_ENCRYPTION_PASSWORD: password } };
    server.on(`GET /v1/tenants/${store}/config`, (_, response) => json(response, 200, configuration));
    server.on(`GET /v1/tenants/${store}/backups`, (_, response) => json(response, 200, of[store as keyof typeof of]));
  }
  const found = (await examine({ env })).of('Backups');
  expect([found?.status, found?.detail]).toEqual([
    'broken',
    'old: its newest verified backup is 50 hours old; failed: none of its newest backups is verified; bare: no password for its backups is set',
  ]);
});

test('a clock that differs from the one of Telegram is found', async () => {
  const { server, env } = await machine();
  server.on('GET /', (_, response) => {
    response.writeHead(200, { date: new Date(Date.now() - 3_600_000).toUTCString() }).end();
  });
  expect((await examine({ env })).of('Clock')).toMatchObject({
    status: 'broken',
    detail: expect.stringMatching(/^36\d\d s ahead of the clock of Telegram$/),
  });
});

test('an address that accepts and never answers does not hold it up', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    silent.close();
  });
  const { env } = await machine({ TELEGRAM_API_ROOT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
  const began = Date.now();
  expect((await examine({ env })).of('Telegram')).toMatchObject({
    status: 'broken',
    detail: expect.stringContaining('no answer within 5 s'),
  });
  expect(Date.now() - began).toBeLessThan(20_000);
});

test('doctor says what keeps stores apart, and what does not', async () => {
  const { env } = await machine({ LAPAK_DRIVER: 'process' });
  const isRoot = process.getuid?.() === 0;
  const allowed = (await examine({ env: { ...env, LAPAK_ALLOW_ROOT_PROCESSES: 'true' } })).of('Isolation');
  expect(allowed).toMatchObject({ status: 'warning', remedy: expect.stringContaining('LAPAK_DRIVER=docker') });
  const refused = (await examine({ env: { ...env, LAPAK_ALLOW_ROOT_PROCESSES: 'false' } })).of('Isolation');
  expect(refused).toMatchObject({ status: isRoot ? 'broken' : 'warning' });
});

test('what listens on every address is what stores can open', () => {
  const lines = [
    '   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1',
    '   1: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2',
    '   2: 00000000:0050 00000000:0000 01 00000000:00000000 00:00000000 00000000     0        0 3',
    '   3: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 0 0 0 4',
    '',
  ];
  expect(reachableFromBridge(lines)).toEqual([22, 443]);
});
