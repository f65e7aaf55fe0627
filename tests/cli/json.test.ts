import { expect, test } from 'vitest';
import { runCli } from './support/cli.ts';
import { anOperation, aTenant, contractServer, events, json, problem } from './support/contract-server.ts';

test('with --json stdout is one document that holds the answer, wherever the flag stands', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants/warung', (_, response) => json(response, 200, aTenant()));
  for (const args of [
    ['--json', 'tenant', 'show', 'warung'],
    ['tenant', 'show', 'warung', '--json'],
  ]) {
    const ran = await runCli(args, { env: server.env });
    expect(JSON.parse(ran.stdout)).toEqual({ tenant: aTenant() });
    expect(ran.stderr).toBe('');
  }
});

test('pages are put together, up to the limit', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants', ({ path }, response) => {
    const second = path.includes('cursor=next');
    json(response, 200, { tenants: [aTenant({ store: second ? 'b2' : 'a1' })], nextCursor: second ? null : 'next' });
  });
  const all = JSON.parse((await runCli(['tenant', 'list', '--json'], { env: server.env })).stdout);
  expect(all.tenants.map((tenant: { store: string }) => tenant.store)).toEqual(['a1', 'b2']);
  const one = JSON.parse((await runCli(['tenant', 'list', '--limit', '1', '--json'], { env: server.env })).stdout);
  expect(one.tenants).toHaveLength(1);
});

test('a fault is a document too', async () => {
  const server = await contractServer();
  server.on('GET /v1/tenants/warung', (_, response) => problem(response, 404, 'TENANT_NOT_FOUND', 'No such store.'));
  const ran = await runCli(['tenant', 'show', 'warung', '--json'], { env: server.env });
  expect(ran.code).toBe(3);
  expect(JSON.parse(ran.stdout).error).toMatchObject({ code: 'TENANT_NOT_FOUND', exitCode: 3, requestId: 'req-1' });
});

test('steps are told on stderr, and the operation as it ended on stdout', async () => {
  const server = await contractServer();
  const ended = anOperation(
    { ports: 'succeeded' },
    { kind: 'restart', state: 'succeeded', finishedAt: '2026-05-02T03:04:09Z' },
  );
  server.on('POST /v1/tenants/warung/restart', (_, response) =>
    json(response, 202, { operation: anOperation({ ports: 'pending' }, { kind: 'restart' }) }),
  );
  server.on('GET /v1/operations/op1/events', (_, response) => {
    events(response)(1, ended);
    response.end();
  });
  const ran = await runCli(['tenant', 'restart', 'warung', '--json'], { env: server.env });
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout)).toEqual({ operation: ended });
  expect(JSON.parse(ran.stderr)).toEqual({ note: '✓ ports (1.5 s)' });
});
