import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerAuthentication } from '../../control-plane/api/auth/authenticate.ts';
import { registerRateLimit } from '../../control-plane/api/http/limits.ts';
import { registerProblems } from '../../control-plane/api/http/problems.ts';
import { clusterUrl } from '../support/postgres.ts';
import { backUp, stock, units } from './restores/support.ts';
import { backupsAvailable } from './support/pg-tools.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

const LAPAK = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

/** Carries connections from ::1 to the run's cluster, which listens on IPv4. */
async function overIpv6(): Promise<Server | undefined> {
  const { port, hostname } = new URL(clusterUrl());
  const server = createServer((socket) => {
    const there = connect(Number(port), hostname);
    socket.on('error', () => there.destroy());
    there.on('error', () => socket.destroy());
    socket.pipe(there).pipe(socket);
  });
  server.listen(0, '::1');
  return once(server, 'listening').then(
    () => server,
    () => undefined,
  );
}
const proxy = await overIpv6();
if (!proxy) process.stderr.write('tests of IPv6 are skipped: nothing can listen on ::1 here\n');

describe.skipIf(!proxy)('on a machine with addresses of IPv6 alone', () => {
  let plane: TestPlane;
  beforeAll(async () => {
    const { port } = (proxy as Server).address() as AddressInfo;
    const url = Object.assign(new URL(clusterUrl()), { host: `[::1]:${port}` }).toString();
    plane = await startPlane({ env: { LAPAK_HOST: '[::1]', DATABASE_URL: url } });
  });
  afterAll(async () => {
    await plane?.close();
    proxy?.close();
  });

  test('a control plane listens, opens a store, and backs it up', async () => {
    expect(plane.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    const tenant = await plane.api.open({ telegramBotToken: plane.newBot().token });
    const { DATABASE_URL } = parseEnv(await readFile(join(tenant.folder, 'bot.env'), 'utf8'));
    expect(DATABASE_URL).toContain('@[::1]:');
    await stock(tenant);
    expect(await units(tenant)).toHaveLength(5);
    if (await backupsAvailable()) expect(await backUp(plane.api, tenant.store)).toMatchObject({ state: 'verified' });
  });

  test('the CLI reaches it', async () => {
    const env = { PATH: process.env.PATH ?? '', LAPAK_API_URL: plane.url, LAPAK_API_KEY: plane.api.key ?? '' };
    const { stdout } = await promisify(execFile)(process.execPath, [LAPAK, 'tenant', 'list', '--json'], { env });
    expect(JSON.parse(stdout)).toBeDefined();
  });
});

test('a host that changes its address within its network of IPv6 has one limit of failed attempts', async () => {
  const app = Fastify();
  registerProblems(app);
  await registerRateLimit(app);
  registerAuthentication(app, {
    apiKeys: { authenticate: async () => undefined },
    cookie: { read: () => undefined },
    knowsStore: async () => false,
  } as unknown as Parameters<typeof registerAuthentication>[1]);
  app.get('/secret', { config: { scope: 'viewer' } }, async () => 'told');
  const from = async (remoteAddress: string) => (await app.inject({ url: '/secret', remoteAddress })).statusCode;
  const codes: number[] = [];
  for (let n = 0; n < 31; n++) codes.push(await from(`2001:db8:1:1::${n.toString(16)}`));
  expect(new Set(codes.slice(0, 30))).toEqual(new Set([401]));
  expect(codes[30]).toBe(429);
  expect(await from('2001:db8:1:2::1')).toBe(401);
  for (let n = 0; n < 30; n++) await from('192.0.2.7');
  expect(await from('::ffff:192.0.2.7')).toBe(429);
  await app.close();
});
