import { chmod, mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { reachableFromBridge } from '../../cli/doctor/isolation.ts';
import { clusterUrl } from '../support/postgres.ts';
import { type CliOptions, runCli, tempDir } from './support/cli.ts';
import { contractServer, json, problem } from './support/contract-server.ts';

type Checks = { name: string; status: string; detail: string; mend?: string }[];

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
    ...broken,
  };
  return { server, home, env };
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
  expect(of(name)).toMatchObject({ status: 'broken', detail: expect.stringMatching(detail), mend: expect.any(String) });
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
    mend: expect.stringContaining(`chmod 600 ${home}/master.key`),
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
    mend: expect.stringContaining('CREATEDB and CREATEROLE'),
  });
});

test('a pg_dump that is older than the server, and none at all, are warnings', async () => {
  const { env, home } = await machine();
  const bin = join(home, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'pg_dump'), '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.24"\n', { mode: 0o755 });
  const { of } = await examine({ env: { ...env, LAPAK_PG_BIN: bin, PATH: '/nonexistent' } });
  // Debian's folder of versions is looked into whatever PATH says.
  expect(of('pg_dump')).toSatisfy((check: Checks[number]) =>
    check.status === 'ok' ? /version 1[5-9]/.test(check.detail) : check.detail.includes('older than the server (15)'),
  );
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
  expect(allowed).toMatchObject({ status: 'warning', mend: expect.stringContaining('LAPAK_DRIVER=docker') });
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
