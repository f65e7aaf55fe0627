import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli, tempDir } from './support/cli.ts';
import { anOperation, aTenant, contractServer, events, json, problem } from './support/contract-server.ts';

const TOKEN = `654321:${'C'.repeat(35)}`;
const SECRETS = { LAPAK_BOT_TOKEN: TOKEN, LAPAK_PAKASIR_API_KEY: 'key-from-env' };

/** A control plane that has the store warung, and opens cabang as its copy. */
async function server() {
  const made = await contractServer();
  const ended = anOperation({ copy: 'succeeded' }, { kind: 'clone', store: 'cabang', state: 'succeeded' });
  const opened = aTenant({ store: 'cabang' });
  made.on('GET /v1/tenants/warung', (_, response) => json(response, 200, aTenant({ adminIds: [111, 222] })));
  made.on('GET /v1/tenants/cabang', (_, response) => json(response, 200, opened));
  made.on('POST /v1/tenants/warung/clone', (_, response) =>
    json(response, 202, { tenant: aTenant({ store: 'cabang', state: 'provisioning', ports: null }), operation: ended }),
  );
  made.on('GET /v1/operations/op1/events', (_, response) => {
    events(response)(1, ended);
    response.end();
  });
  return { ...made, ended, opened };
}

test('what is not said is as in the other store, and the copy as it became is part of the result', async () => {
  const { env, seen, ended, opened } = await server();
  const args = ['tenant', 'clone', 'warung', 'cabang', '--pakasir-slug', 'cabang', '--json'];
  const ran = await runCli(args, { env: { ...env, ...SECRETS } });
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('✓ copy') });
  expect(JSON.parse(ran.stdout)).toEqual({ tenant: opened, operation: ended });
  const sent = JSON.parse(seen.find(({ method }) => method === 'POST')?.body ?? '');
  expect(sent).toEqual({
    store: 'cabang',
    telegramBotToken: TOKEN,
    adminIds: [111, 222],
    pakasir: { slug: 'cabang', apiKey: 'key-from-env' },
  });
});

test('secrets come from files, and none is told back', async () => {
  const { env, seen } = await server();
  const token = join(await tempDir(), 'token.txt');
  await writeFile(token, `${TOKEN}\n`);
  const given = ['--bot-token-file', token, '--pakasir-api-key-file', '-', '--pakasir-slug', 's', '--admin-ids', '7'];
  const ran = await runCli(['tenant', 'clone', 'warung', 'cabang', ...given, '--no-wait'], {
    env,
    input: 'key-from-stdin\n',
  });
  expect(ran).toMatchObject({ code: 0, stdout: 'op1\n', stderr: expect.stringContaining('clone of cabang goes on') });
  expect(ran.stderr).not.toMatch(/key-from-stdin|CCCC/);
  const sent = JSON.parse(seen.find(({ method }) => method === 'POST')?.body ?? '');
  expect(sent).toMatchObject({ telegramBotToken: TOKEN, adminIds: [7], pakasir: { apiKey: 'key-from-stdin' } });
});

test('without a terminal it lists all that is missing, and asks for no copy', async () => {
  const { env, seen } = await server();
  const ran = await runCli(['tenant', 'clone', 'warung'], { env });
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  for (const missing of ['<store>', '--bot-token-file', '--pakasir-slug', '--pakasir-api-key-file']) {
    expect(ran.stderr).toContain(`  ${missing}: `);
  }
  expect(ran.stderr).not.toContain('--admin-ids:');
  expect(seen.map(({ method }) => method)).toEqual(['GET']);
});

test('a store that is not there, and a bot that serves another, say what to do', async () => {
  const made = await server();
  const args = ['--pakasir-slug', 's'];
  const env = { ...made.env, ...SECRETS };
  made.on('GET /v1/tenants/nobody', (_, response) => problem(response, 404, 'TENANT_NOT_FOUND', 'No such store.'));
  const missing = await runCli(['tenant', 'clone', 'nobody', 'cabang', ...args], { env });
  expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining('lapak tenant list') });
  made.on('POST /v1/tenants/warung/clone', (_, response) =>
    problem(response, 409, 'TELEGRAM_BOT_IN_USE', 'This bot serves warung.'),
  );
  const taken = await runCli(['tenant', 'clone', 'warung', 'cabang', ...args], { env });
  expect(taken).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('@BotFather (/newbot)') });
  expect(taken.stderr).not.toContain(TOKEN);
});
