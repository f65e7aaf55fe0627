import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shortId } from '../../kernel/ids.ts';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client.ts';
import { clusterUrl } from '../support/postgres.ts';
import { type Ran, runCli } from './support/cli.ts';
import { type Platform, startPlatform } from './support/platform.ts';

const STORE = `toko-${shortId(6).replace(/^\d/, 'x')}`;
const OPENING_MS = 120_000;

let platform: Platform;
let sandbox: SandboxClient;
const lapak = (...args: string[]): Promise<Ran> => runCli(args, { env: { LAPAK_HOME: platform.home } });
const told = async (...args: string[]) => JSON.parse((await lapak(...args, '--json')).stdout);

beforeAll(async () => {
  platform = await startPlatform({ DATABASE_URL: clusterUrl(), LAPAK_CONTROL_DATABASE: `control_${shortId(8)}` });
  sandbox = createSandboxClient(platform.sandboxUrl);
});
afterAll(async () => {
  expect(await platform.stop()).toEqual({ code: 0, signal: null });
});

test('a store is opened with its steps told, and its secrets told to nobody', { timeout: OPENING_MS }, async () => {
  const bot = await sandbox.createBot();
  const apiKey = `key-${shortId(12)}`;
  await sandbox.pakasir.createProject({ slug: STORE, apiKey });
  const token = join(platform.home, 'token');
  await writeFile(token, bot.token, { mode: 0o600 });
  const ran = await runCli(
    ['tenant', 'create', STORE, '--admin-ids', '4711', '--pakasir-slug', STORE, '--bot-token-file', token],
    { env: { LAPAK_HOME: platform.home, LAPAK_PAKASIR_API_KEY: apiKey } },
  );
  expect(ran.stderr).toMatch(/✓ database: .*\n(.*\n)*✓ healthy: ready/);
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining(`provision of ${STORE}: done`) });
  const shown = await lapak('tenant', 'show', STORE);
  expect(shown.stdout).toMatch(/^State +running$/m);
  expect(shown.stdout).toContain(`@${bot.username}`);
  const config = await told('tenant', 'config', 'show', STORE);
  expect(config.configuration.secrets).toMatchObject({ TELEGRAM_BOT_TOKEN: 'set', PAKASIR_API_KEY: 'set' });
  const everything = JSON.stringify([ran, shown, config, await told('audit'), await told('operation', 'list')]);
  expect(everything).not.toContain(bot.token);
  expect(everything).not.toContain(apiKey);
});

test('its bot cannot open a second store, nor can its name', async () => {
  const [bot] = await sandbox.bots();
  const args = ['--admin-ids', '1', '--pakasir-slug', 's', '--bot-token-file', join(platform.home, 'token')];
  const env = { LAPAK_HOME: platform.home, LAPAK_PAKASIR_API_KEY: 'key-from-env' };
  expect(bot?.token).toBeDefined();
  const again = await runCli(['tenant', 'create', STORE, ...args], { env });
  expect(again).toMatchObject({ code: 4, stderr: expect.stringContaining('TENANT_EXISTS') });
  const other = await runCli(['tenant', 'create', `${STORE}-b`, ...args], { env });
  expect(other).toMatchObject({ code: 4, stderr: expect.stringContaining('TELEGRAM_BOT_IN_USE') });
});

test('it can be left alone and looked after again', async () => {
  expect(await lapak('tenant', 'pause', STORE)).toMatchObject({ code: 0 });
  expect((await lapak('tenant', 'list')).stdout).toContain('running (paused)');
  expect(await lapak('tenant', 'unpause', STORE)).toMatchObject({ code: 0 });
  expect((await told('tenant', 'show', STORE)).tenant.paused).toBe(false);
});

test('its log can be read', async () => {
  const { code, stdout } = await lapak('tenant', 'logs', STORE, '--tail', '5');
  expect(code).toBe(0);
  const lines = stdout.trim().split('\n');
  expect(lines.length).toBeLessThanOrEqual(5);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ level: expect.any(String), msg: expect.any(String) });
  expect(await lapak('tenant', 'logs', 'nobody')).toMatchObject({ code: 3 });
});

test('it stops and starts, and its operations can be looked at', { timeout: OPENING_MS }, async () => {
  expect(await lapak('tenant', 'stop', STORE)).toMatchObject({ code: 0 });
  expect((await told('tenant', 'list', '--state', 'stopped')).tenants).toMatchObject([{ store: STORE }]);
  const started = await lapak('tenant', 'start', STORE, '--no-wait');
  const id = started.stdout.trim();
  const watched = await lapak('operation', 'watch', id);
  expect(watched).toMatchObject({ code: 0, stdout: expect.stringContaining(`start of ${STORE}: done`) });
  expect(await lapak('operation', 'retry', id)).toMatchObject({ code: 4 });
  expect((await lapak('operation', 'show', id)).stdout).toMatch(/✓ runtime/);
  expect((await lapak('operation', 'list', '--store', STORE)).stdout).toContain(id);
});

test('a setting is changed, and a wrong one is refused by name', { timeout: OPENING_MS }, async () => {
  const wrong = await lapak('tenant', 'config', 'set', STORE, 'LOG_LEVEL=loud');
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('LOG_LEVEL') });
  expect(await lapak('tenant', 'config', 'set', STORE, 'LOG_LEVEL=debug')).toMatchObject({ code: 0 });
  const { configuration } = await told('tenant', 'config', 'show', STORE);
  expect(configuration).toMatchObject({ revision: 2, env: { LOG_LEVEL: 'debug' } });
});

test('a key opens what its scope allows, until it is revoked', async () => {
  const made = await told('key', 'create', 'looker', '--scope', 'viewer');
  const env = { LAPAK_API_URL: platform.apiUrl, LAPAK_API_KEY: made.key as string };
  expect(await runCli(['tenant', 'list'], { env })).toMatchObject({ code: 0 });
  const refused = await runCli(['tenant', 'stop', STORE], { env });
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('FORBIDDEN') });
  expect((await lapak('key', 'list')).stdout).toContain('looker');
  expect(await lapak('key', 'revoke', made.apiKey.id)).toMatchObject({ code: 0 });
  const revoked = await runCli(['tenant', 'list'], { env });
  expect(revoked).toMatchObject({ code: 1, stderr: expect.stringContaining('UNAUTHENTICATED') });
  expect((await lapak('audit', '--limit', '5')).stdout).toContain('api-key.revoke');
});

test('the doctor finds the control plane well', async () => {
  const { checks } = await told('doctor');
  expect(checks).toContainEqual(expect.objectContaining({ name: 'Control plane', status: 'ok' }));
  expect(checks).toContainEqual(expect.objectContaining({ name: 'LAPAK_HOME', status: 'ok' }));
});

test('it closes, and is gone', async () => {
  expect(await lapak('tenant', 'remove', STORE, '--yes')).toMatchObject({ code: 0 });
  expect(await lapak('tenant', 'show', STORE)).toMatchObject({ code: 3 });
  expect((await told('tenant', 'list')).tenants).toEqual([]);
});
