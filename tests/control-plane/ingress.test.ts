import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation } from '../../control-plane/api/contract/index.ts';
import { ingressOf } from '../../control-plane/composition/deps.ts';
import { type Endpoint, loopbackEndpoint } from '../../control-plane/fleet/drivers/driver.ts';
import { createCaddyIngress, noIngress } from '../../control-plane/fleet/ingress/index.ts';
import { parseControlPlaneConfig } from '../../control-plane/platform/config.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

let caddy: Server;
let admin: string;
const loads: string[] = [];
let answer = 200;
let plane: TestPlane;
const log = pino({ level: 'silent' });

beforeAll(async () => {
  caddy = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const asked = `${request.method} ${request.url}`;
      if (asked === 'POST /load') loads.push(`${asked} ${request.headers['content-type']}\n${body}`);
      // Each fragment alone is fine with it: what it refuses is the whole.
      response.writeHead(asked === 'POST /adapt' ? 200 : answer).end('no such directive');
    });
  });
  await new Promise<void>((resolve) => caddy.listen(0, '127.0.0.1', resolve));
  admin = `http://127.0.0.1:${(caddy.address() as AddressInfo).port}`;
  plane = await startPlane({ env: { LAPAK_PUBLIC_URL: 'https://shops.example.com/id', LAPAK_CADDY_ADMIN: admin } });
});
afterAll(async () => {
  await plane.close();
  caddy.close();
});

const at = (telegram: number, pakasir: number): Endpoint =>
  loopbackEndpoint({ store: 'any', name: 'any', ports: { telegram, pakasir } });

const webhookOf = (id: number) => plane.sandbox.telegram.bot(id).webhook?.url ?? '';

test('a store in webhook mode is routed by Caddy, and Telegram knows its address', async () => {
  const bot = plane.newBot();
  const tenant = await plane.api.open({ store: 'routed', telegramBotToken: bot.token });
  const posted = loads.at(-1) as string;
  expect(posted).toMatch(
    /^POST \/load text\/caddyfile\n\{\n\tadmin 127\.0\.0\.1:\d+\n\}\nhttps:\/\/shops\.example\.com \{/,
  );
  expect(posted).toContain(`rewrite * /telegram\n\t\treverse_proxy 127.0.0.1:${tenant.ports?.telegram} {`);
  expect(posted).toContain(`rewrite * /webhooks/pakasir\n\t\treverse_proxy 127.0.0.1:${tenant.ports?.pakasir} {`);
  expect(webhookOf(bot.id)).toBe('https://shops.example.com/id/routed/telegram');
  expect(await readdir(join(plane.home, 'caddy'))).toEqual(['current.caddyfile', 'routed.caddy']);
});

test("a new token moves the webhook: the former bot's is deleted", async () => {
  const former = plane.sandbox.telegram.bots()[0]?.user.id as number;
  const bot = plane.newBot();
  const change = await plane.api.call<{ operation: Operation }>('PATCH', '/v1/tenants/routed', {
    telegramBotToken: bot.token,
  });
  expect(await plane.api.ended(change.body.operation.id)).toMatchObject({ state: 'succeeded' });
  expect([webhookOf(former), webhookOf(bot.id)]).toEqual(['', 'https://shops.example.com/id/routed/telegram']);
  const [row] = await plane.db.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM tenant_secrets WHERE name = 'FORMER_BOT_TOKEN'",
  );
  expect(row?.count).toBe(0);
});

test('a store that begins to poll is no longer routed', async () => {
  const change = await plane.api.call<{ operation: Operation }>('PATCH', '/v1/tenants/routed', { mode: 'polling' });
  const operation = await plane.api.ended(change.body.operation.id);
  expect(operation.steps.find(({ name }) => name === 'ingress')?.detail).toContain('removed');
  expect(loads.at(-1)).not.toContain('routed');
});

test('a removed store is routed no more and its webhook is gone', async () => {
  const bot = plane.newBot();
  await plane.api.open({ store: 'brief', telegramBotToken: bot.token });
  expect(loads.at(-1)).toContain('brief');
  const removal = await plane.api.call<{ operation: Operation }>('DELETE', '/v1/tenants/brief');
  expect(await plane.api.ended(removal.body.operation.id)).toMatchObject({ state: 'succeeded' });
  expect(loads.at(-1)).not.toContain('brief');
  expect(webhookOf(bot.id)).toBe('');
});

test('a removal does not wait for a Telegram that is away', async () => {
  await plane.api.open({ store: 'lonely', telegramBotToken: plane.newBot().token });
  plane.sandbox.faults.add({ target: 'telegram', method: 'deleteWebhook', kind: '5xx', times: 'always' });
  const removal = await plane.api.call<{ operation: Operation }>('DELETE', '/v1/tenants/lonely');
  const operation = await plane.api.ended(removal.body.operation.id);
  expect(operation.state).toBe('succeeded');
  expect(operation.steps.find(({ name }) => name === 'webhook')?.detail).toContain('TELEGRAM_UNREACHABLE');
});

test('routes that Caddy refuses are a fault that says so', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-caddy-'));
  const ingress = createCaddyIngress({ dir, publicUrl: 'https://a.example', admin, log });
  answer = 400;
  await expect(ingress.put('xy', at(1, 2))).rejects.toThrow(/status 400: no such directive/);
  answer = 200;
  await ingress.put('xy', at(1, 2));
  expect(await readFile(join(dir, 'current.caddyfile'), 'utf8')).toContain('handle /xy/telegram');
  await rm(dir, { recursive: true });
});

test('stores that open at once are all routed, and Caddy is told of the last state last', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-caddy-'));
  const ingress = createCaddyIngress({ dir, publicUrl: 'https://a.example', admin, log });
  const stores = Array.from({ length: 8 }, (_, index) => `store-${index}`);
  await Promise.all(stores.map((store, index) => ingress.put(store, at(index + 1, index + 100))));
  for (const store of stores) expect(loads.at(-1)).toContain(`/${store}/telegram`);
  await rm(dir, { recursive: true });
});

test('a removal whose reload was lost takes the route away when it is made again', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-caddy-'));
  const ingress = createCaddyIngress({ dir, publicUrl: 'https://a.example', admin, log });
  await ingress.put('gone', at(1, 2));
  answer = 500;
  await expect(ingress.remove('gone')).rejects.toThrow(/status 500/);
  answer = 200;
  const before = loads.length;
  await ingress.remove('gone');
  expect(loads.length).toBe(before + 1);
  expect(loads.at(-1)).not.toContain('gone');
  await rm(dir, { recursive: true });
});

test('Caddy is told of the console, also where no store has a public address', async () => {
  const env = { LAPAK_CONSOLE_URL: 'https://console.example.com', LAPAK_CADDY_ADMIN: admin, LAPAK_PORT: '7700' };
  const home = await mkdtemp(join(tmpdir(), 'lapak-caddy-'));
  const config = parseControlPlaneConfig({ ...env, LAPAK_HOME: home }, '/');
  const ingress = ingressOf(config, log);
  await ingress.converge(async () => ({ wanted: new Map(), busy: new Set() }));
  const whole = await readFile(join(home, 'caddy', 'current.caddyfile'), 'utf8');
  expect(loads.at(-1)).toContain(whole);
  expect(whole).toContain('https://console.example.com {\n\t@console path / /console /console/* /v1/*\n');
  expect(whole).toContain('reverse_proxy 127.0.0.1:7700\n');
  await rm(home, { recursive: true });
  for (const other of [
    { LAPAK_CONSOLE_URL: 'https://console.example.com' },
    { LAPAK_CONSOLE_URL: 'http://localhost:7700', LAPAK_CADDY_ADMIN: admin },
    { LAPAK_CADDY_ADMIN: admin },
  ]) {
    expect(ingressOf(parseControlPlaneConfig(other, '/'), log)).toBe(noIngress);
  }
});
