import { once } from 'node:events';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli, tempDir } from './support/cli.ts';
import { anOperation, aTenant, type ContractServer, contractServer, json } from './support/contract-server.ts';

const TOKEN = `123456:${'A'.repeat(35)}`;
const REST = ['--admin-ids', '111,222', '--pakasir-slug', 'warung', '--no-wait'];

async function opening(): Promise<ContractServer> {
  const server = await contractServer();
  server.on('POST /v1/tenants', (_, response) =>
    json(response, 202, { tenant: aTenant(), operation: anOperation({}) }),
  );
  return server;
}

const bodyOf = (server: ContractServer) => JSON.parse(server.seen[0]?.body ?? '{}');

test('secrets come from files, stdin and the environment', async () => {
  const server = await opening();
  const file = join(await tempDir(), 'token');
  await writeFile(file, `${TOKEN}\n`);
  const args = ['tenant', 'create', 'warung', ...REST, '--bot-token-file', file, '--pakasir-api-key-file', '-'];
  const ran = await runCli(args, {
    env: { ...server.env, LAPAK_PAKASIR_WEBHOOK_SECRET: 'hook-from-env' },
    input: 'key-from-stdin\n',
  });
  expect(ran.code).toBe(0);
  expect(bodyOf(server)).toMatchObject({
    store: 'warung',
    gateway: 'qris',
    telegramBotToken: TOKEN,
    adminIds: [111, 222],
    pakasir: { slug: 'warung', apiKey: 'key-from-stdin', webhookSecret: 'hook-from-env' },
  });
  expect(ran.stdout + ran.stderr).not.toContain('key-from-stdin');
});

test('only one secret can come from stdin', async () => {
  const server = await opening();
  const ran = await runCli(
    ['tenant', 'create', 'warung', ...REST, '--bot-token-file', '-', '--pakasir-api-key-file', '-'],
    { env: server.env, input: TOKEN },
  );
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('cannot both be read from stdin');
});

test('a secret given where its file belongs is refused and never repeated', async () => {
  const server = await opening();
  const ran = await runCli(['tenant', 'create', 'warung', ...REST, '--bot-token-file', TOKEN], { env: server.env });
  expect(ran.code).toBe(2);
  expect(ran.stdout + ran.stderr).not.toContain(TOKEN);
  expect(server.seen).toEqual([]);
});

test('a token of the wrong form is refused by name, without its value, before anybody is asked', async () => {
  const server = await opening();
  const ran = await runCli(['tenant', 'create', 'warung', ...REST], {
    env: { ...server.env, LAPAK_BOT_TOKEN: 'not-a-token-at-all', LAPAK_PAKASIR_API_KEY: 'key-from-env' },
  });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('--bot-token-file: a bot token from @BotFather');
  expect(ran.stderr).not.toContain('not-a-token-at-all');
  expect(server.seen).toEqual([]);
});

test.each([
  { args: ['tenant', 'create', 'warung', '--set', 'BACKUP_ENCRYPTION_PASSWORD=hunter2'] },
  { args: ['tenant', 'config', 'set', 'warung', 'PAKASIR_API_KEY=hunter2'] },
])('a secret setting on the command line is refused and never repeated', async ({ args }) => {
  const ran = await runCli(args);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('--set-file');
  expect(ran.stdout + ran.stderr).not.toContain('hunter2');
});

test('a change of settings takes no secret from the environment', async () => {
  const server = await contractServer();
  server.on('PATCH /v1/tenants/warung', (_, response) =>
    json(response, 202, { tenant: aTenant(), operation: anOperation({}) }),
  );
  const ran = await runCli(
    ['tenant', 'config', 'set', 'warung', 'LOG_LEVEL=debug', '--unset', 'BACKUP_TIME', '--no-wait'],
    {
      env: { ...server.env, LAPAK_BOT_TOKEN: TOKEN },
    },
  );
  expect(ran.code).toBe(0);
  expect(bodyOf(server)).toEqual({ env: { LOG_LEVEL: 'debug', BACKUP_TIME: null } });
});

test('the key of cli.json opens its own control plane and is never sent to another', async () => {
  const [own, other] = [await contractServer(), await contractServer()];
  own.on('GET /v1/tenants', (_, response) => json(response, 200, { tenants: [], nextCursor: null }));
  const home = await tempDir();
  await writeFile(join(home, 'cli.json'), JSON.stringify({ apiUrl: own.url, apiKey: 'lpk_own' }));
  await chmod(join(home, 'cli.json'), 0o600);
  expect(await runCli(['tenant', 'list'], { env: { LAPAK_HOME: home } })).toMatchObject({ code: 0 });
  expect(own.seen[0]?.headers.authorization).toBe('Bearer lpk_own');

  const ran = await runCli(['tenant', 'list'], { env: { LAPAK_HOME: home, LAPAK_API_URL: other.url } });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('LAPAK_API_KEY');
  expect(other.seen).toEqual([]);
});

test('whoever took the port of the server first is not sent its key: the CLI goes by the socket of its own user', async () => {
  const [thief, server] = [await contractServer(), await contractServer()];
  server.on('GET /v1/tenants', (_, response) => json(response, 200, { tenants: [], nextCursor: null }));
  const home = await tempDir();
  const [file, socket] = [join(home, 'cli.json'), join(home, 'api.sock')];
  await writeFile(file, JSON.stringify({ apiUrl: thief.url, apiSocket: 'api.sock', apiKey: 'lpk_own' }));
  await chmod(file, 0o600);
  const list = (env: Record<string, string> = {}) => runCli(['tenant', 'list'], { env: { LAPAK_HOME: home, ...env } });
  expect((await list()).code).toBe(5);
  // The address of the file alone is no other way to it.
  expect((await list({ LAPAK_API_URL: thief.url })).code).toBe(5);
  await writeFile(socket, '');
  expect(await list()).toMatchObject({ code: 1, stderr: expect.stringContaining('is not the socket of the user') });
  await rm(socket);
  const proxy = createServer((from) => {
    const to = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => from.destroy());
    from
      .on('error', () => to.destroy())
      .pipe(to)
      .pipe(from);
  }).listen(socket);
  await once(proxy, 'listening');
  expect(await list()).toMatchObject({ code: 0 });
  proxy.close();
  expect(server.seen[0]?.headers.authorization).toBe('Bearer lpk_own');
  expect(thief.seen).toEqual([]);
});

test('a key goes over plain HTTP to this machine only, unless that is said', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants', (_, response) => json(response, 200, { tenants: [], nextCursor: null }));
  const env = { LAPAK_API_URL: 'http://lapak.invalid:1', LAPAK_API_KEY: 'lpk_x' };
  const refused = await runCli(['tenant', 'list'], { env });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('https://') });
  const said = await runCli(['tenant', 'list'], { env: { ...env, LAPAK_API_PLAIN_HTTP: 'true' } });
  expect(said.code).toBe(5);
  expect((await runCli(['tenant', 'list'], { env: { ...server.env } })).code).toBe(0);
});
