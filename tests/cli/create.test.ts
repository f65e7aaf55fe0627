import { expect, test } from 'vitest';
import { runCli } from './support/cli.ts';
import { anOperation, aTenant, contractServer, events, json } from './support/contract-server.ts';
import { hasTerminals, startInTerminal } from './support/terminal.ts';

const TOKEN = `123456:${'B'.repeat(35)}`;

test('without a terminal it lists all that is missing, ends with 2 and asks nobody', async () => {
  const server = await contractServer();
  const ran = await runCli(['tenant', 'create', '--pakasir-slug', 'warung'], { env: server.env });
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  for (const missing of ['<store>', '--bot-token-file', '--admin-ids', '--pakasir-api-key-file']) {
    expect(ran.stderr).toContain(`  ${missing}: `);
  }
  expect(ran.stderr).not.toContain('--pakasir-slug:');
  expect(server.seen).toEqual([]);
});

test('the store as it became is part of the JSON result', async () => {
  const server = await contractServer();
  const operation = anOperation({ ports: 'succeeded' }, { state: 'succeeded', finishedAt: '2026-05-02T03:04:09Z' });
  server.on('POST /v1/tenants', (_, response) =>
    json(response, 202, {
      tenant: aTenant({ state: 'provisioning', ports: null }),
      operation: anOperation({ ports: 'pending' }),
    }),
  );
  server.on('GET /v1/operations/op1/events', (_, response) => {
    events(response)(1, operation);
    response.end();
  });
  server.on('GET /v1/tenants/warung', (_, response) => json(response, 200, aTenant()));
  const args = ['tenant', 'create', 'warung', '--admin-ids', '1', '--pakasir-slug', 's', '--memory', '1g', '--json'];
  const ran = await runCli(args, {
    env: { ...server.env, LAPAK_BOT_TOKEN: TOKEN, LAPAK_PAKASIR_API_KEY: 'key-from-env' },
  });
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout)).toEqual({ tenant: aTenant(), operation });
  expect(JSON.parse(server.seen[0]?.body ?? '')).toMatchObject({ limits: { memoryMb: 1024 }, mode: 'auto' });
});

test.skipIf(!hasTerminals)('on a terminal it asks for what is missing, and shows no secret that is typed', async () => {
  const server = await contractServer();
  server.on('POST /v1/tenants', (_, response) =>
    json(response, 202, { tenant: aTenant(), operation: anOperation({}) }),
  );
  const args = ['tenant', 'create', 'warung', '--pakasir-slug', 'warung', '--no-wait'];
  const terminal = startInTerminal(args, server.env);
  await terminal.answer(/Name that customers see/, '');
  await terminal.answer(/Bot token/, 'no token');
  await terminal.answer(/That is not a bot token/, `${'\x7f'.repeat(8)}${TOKEN}`);
  await terminal.answer(/Telegram ids of the sellers/, '111, 222');
  await terminal.answer(/Its API key/, 'typed-api-key');
  await terminal.answer(/webhook secret/, '');
  const { code, screen } = await terminal.done;
  expect(code).toBe(0);
  expect(screen).not.toContain(TOKEN);
  expect(screen).not.toContain('typed-api-key');
  expect(JSON.parse(server.seen[0]?.body ?? '')).toMatchObject({
    store: 'warung',
    storeName: 'Warung',
    telegramBotToken: TOKEN,
    adminIds: [111, 222],
    pakasir: { slug: 'warung', apiKey: 'typed-api-key' },
  });
});

test.skipIf(!hasTerminals)('Ctrl-C at a question changes nothing and ends with 130', async () => {
  const server = await contractServer();
  const terminal = startInTerminal(['tenant', 'create', 'warung'], server.env);
  await terminal.answer(/Name that customers see/, '\x03');
  const { code, screen } = await terminal.done;
  expect(code).toBe(130);
  expect(screen).toContain('Nothing was changed.');
  expect(server.seen).toEqual([]);
});

test('a removal that nobody can confirm is refused, and says how to confirm it', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants/warung', (_, response) => json(response, 200, aTenant()));
  const ran = await runCli(['tenant', 'remove', 'warung', '--purge'], { env: server.env });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('lapak tenant remove warung --purge --yes');
  expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
});

test.skipIf(!hasTerminals).each([
  { typed: 'warung', purge: [], removed: true, told: /Kept: the database db_warung/ },
  { typed: 'warung', purge: ['--purge'], removed: true, told: /Destroyed with it, for ever: the database db_warung/ },
  { typed: 'toko', purge: [], removed: false, told: /That is not its name/ },
])('a removal is confirmed by the name of the store: $typed', async ({ typed, purge, removed, told }) => {
  const server = await contractServer();
  server.on('GET /v1/tenants/warung', (_, response) => json(response, 200, aTenant()));
  server.on('DELETE /v1/tenants/warung', (_, response) =>
    json(response, 202, { operation: anOperation({}, { kind: 'remove' }) }),
  );
  const terminal = startInTerminal(['tenant', 'remove', 'warung', '--no-wait', ...purge], server.env);
  await terminal.answer(/Type warung to confirm/, typed);
  const { code, screen } = await terminal.done;
  expect(screen).toMatch(told);
  expect(code).toBe(removed ? 0 : 1);
  const deletions = server.seen.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
  expect(deletions).toEqual(removed ? [`/v1/tenants/warung?purge=${purge.length > 0}&withoutBackup=false`] : []);
});
