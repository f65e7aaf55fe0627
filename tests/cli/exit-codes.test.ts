import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli, tempDir } from './support/cli.ts';
import { aTenant, contractServer, json, problem } from './support/contract-server.ts';

test('a list that worked ends with 0, and shows its stores in columns', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants', (_, response) =>
    json(response, 200, { tenants: [aTenant(), aTenant({ store: 'toko-besar', paused: true })], nextCursor: null }),
  );
  const ran = await runCli(['tenant', 'list'], { env: server.env });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const [headings = '', first = '', second = ''] = ran.stdout.split('\n');
  expect(headings.indexOf('STATE')).toBe(first.indexOf('running'));
  expect(second).toContain('running (paused)');
  expect(server.seen[0]?.headers.authorization).toBe('Bearer lpk_test');
});

test.each([
  { status: 404, code: 'TENANT_NOT_FOUND', exit: 3 },
  { status: 409, code: 'TENANT_STATE_CONFLICT', exit: 4 },
  { status: 423, code: 'OPERATION_IN_PROGRESS', exit: 4 },
  { status: 400, code: 'BAD_REQUEST', exit: 2 },
  { status: 401, code: 'UNAUTHENTICATED', exit: 1 },
  { status: 500, code: 'INTERNAL', exit: 1 },
])('$code ends with $exit, and is told with its code and request id', async ({ status, code, exit }) => {
  const server = await contractServer();
  server.on('POST /v1/tenants/warung/start', (_, response) => problem(response, status, code, 'It cannot be.'));
  const ran = await runCli(['tenant', 'start', 'warung'], { env: server.env });
  expect(ran.code).toBe(exit);
  expect(ran.stdout).toBe('');
  expect(ran.stderr).toContain('It cannot be.');
  expect(ran.stderr).toContain(`[${code}]`);
  expect(ran.stderr).toContain('req-1');
});

test('a store that is held says which operation to watch', async () => {
  const server = await contractServer();
  server.on('POST /v1/tenants/warung/stop', (_, response) =>
    problem(response, 423, 'OPERATION_IN_PROGRESS', 'Held.', { details: { operation: 'op77' } }),
  );
  const ran = await runCli(['tenant', 'stop', 'warung'], { env: server.env });
  expect(ran.stderr).toContain('lapak operation watch op77');
});

test('refused fields are named in the words of the control plane', async () => {
  const server = await contractServer();
  server.on('POST /v1/api-keys', (_, response) =>
    problem(response, 400, 'BAD_REQUEST', 'Not valid.', { errors: [{ pointer: '/pakasir/slug', detail: 'a slug' }] }),
  );
  const ran = await runCli(['key', 'create', 'x'], { env: server.env });
  expect(ran.stderr).toContain('pakasir.slug: a slug');
});

test('a control plane that does not run ends with 5, and says how to start it', async () => {
  const ran = await runCli(['tenant', 'list'], { env: { LAPAK_API_URL: 'http://127.0.0.1:1', LAPAK_API_KEY: 'x' } });
  expect(ran.code).toBe(5);
  expect(ran.stderr).toContain('lapak server');
});

test('without any credentials it ends with 5, and says where it looked', async () => {
  const home = await tempDir();
  const ran = await runCli(['tenant', 'list'], { env: { LAPAK_HOME: home } });
  expect(ran.code).toBe(5);
  expect(ran.stderr).toContain(`${home}/cli.json`);
});

test('something that is no control plane is recognised, whatever it answers', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants', (_, response) => response.writeHead(502).end('<h1>Bad Gateway</h1>'));
  server.on('GET /v1/api-keys', (_, response) => json(response, 200, { hello: 'world' }));
  expect(await runCli(['tenant', 'list'], { env: server.env })).toMatchObject({ code: 5 });
  const strange = await runCli(['key', 'list'], { env: server.env });
  expect(strange.code).toBe(1);
  expect(strange.stderr).toContain('ANSWER_NOT_UNDERSTOOD');
});

test.each([
  { args: ['tenant', 'frobnicate'] },
  { args: ['tenant', 'show'] },
  { args: ['tenant', 'show', 'Not_A_Slug'] },
  { args: ['tenant', 'list', '--state', 'sleepy'] },
  { args: ['tenant', 'create', 'x1', '--memory', '3'] },
])('$args is bad usage and asks nobody', async ({ args }) => {
  const server = await contractServer();
  const ran = await runCli(args, { env: server.env });
  expect(ran.code).toBe(2);
  expect(ran.stderr).not.toBe('');
  expect(server.seen).toEqual([]);
});

test('help and version are no fault', async () => {
  expect(await runCli(['--help'])).toMatchObject({ code: 0, stderr: '' });
  expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  ['{', 'does not hold the address and key'],
  ['{"apiUrl":"http://127.0.0.1:1","apiKey":"lpk_a\\nb"}', 'does not hold the address and key'],
  ['{"apiUrl":"http://u:hunter2@127.0.0.1:1","apiKey":"lpk_a"}', 'does not hold the address and key'],
  ['{"apiUrl":"file:///etc/passwd","apiKey":"lpk_a"}', 'does not hold the address and key'],
])('a cli.json of %s ends with 1 and a sentence', async (content, sentence) => {
  const home = await tempDir();
  await writeFile(join(home, 'cli.json'), content);
  const ran = await runCli(['tenant', 'list'], { env: { LAPAK_HOME: home } });
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(sentence)]);
  expect(ran.stderr).not.toMatch(/hunter2| at /);
});

test.each([
  { LAPAK_API_KEY: 'lpk_\u2713' },
  { LAPAK_API_KEY: 'a\tb' },
  { LAPAK_API_URL: 'http://u:hunter2@127.0.0.1:1' },
])('an environment of %j ends with 2 and a sentence', async (env) => {
  const ran = await runCli(['tenant', 'list', '--json'], {
    env: { LAPAK_API_URL: 'http://127.0.0.1:1', LAPAK_API_KEY: 'x', ...env },
  });
  expect([ran.code, JSON.parse(ran.stdout).error.code]).toEqual([2, 'BAD_USAGE']);
  expect(ran.stdout).not.toContain('hunter2');
});
