import { expect, test } from 'vitest';
import { runCli } from './support/cli.ts';
import { anOperation, contractServer, json } from './support/contract-server.ts';

test('a request whose answer was lost is sent again under the same Idempotency-Key', async () => {
  const server = await contractServer();
  let times = 0;
  server.on('POST /v1/tenants/warung/stop', (_, response) => {
    times += 1;
    if (times < 3) response.destroy();
    else json(response, 202, { operation: anOperation({}, { kind: 'stop' }) });
  });
  const ran = await runCli(['tenant', 'stop', 'warung', '--no-wait'], { env: server.env });
  expect(ran.code).toBe(0);
  const keys = server.seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(3);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(keys).size).toBe(1);
});

test('two commands never share an Idempotency-Key', async () => {
  const server = await contractServer();
  server.on('POST /v1/tenants/warung/stop', (_, response) => json(response, 202, { operation: anOperation({}) }));
  for (let i = 0; i < 2; i++) await runCli(['tenant', 'stop', 'warung', '--no-wait'], { env: server.env });
  expect(server.seen[0]?.headers['idempotency-key']).not.toBe(server.seen[1]?.headers['idempotency-key']);
});

test('an answer of "too many requests" is waited for as long as it asks', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants', (_, response) => {
    if (server.seen.length > 1) return json(response, 200, { tenants: [], nextCursor: null });
    response.writeHead(429, { 'retry-after': '1' }).end();
  });
  const began = Date.now();
  const ran = await runCli(['tenant', 'list'], { env: server.env });
  expect([ran.code, ran.stderr]).toEqual([0, 'Too many requests: waiting 1 s, as the control plane asks.\n']);
  expect(Date.now() - began).toBeGreaterThanOrEqual(1000);
});

test('a refusal is not sent again', async () => {
  const server = await contractServer();
  await runCli(['tenant', 'stop', 'warung'], { env: server.env });
  expect(server.seen).toHaveLength(1);
});
