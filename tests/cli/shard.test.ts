import { expect, test } from 'vitest';
import type { Shard, ShardDetails } from '../../control-plane/api/contract/index.ts';
import { runCli } from './support/cli.ts';
import { aTenant, contractServer, json, problem } from './support/contract-server.ts';

const AT = '2026-05-02T03:04:05.000Z';
const shard: Shard = {
  name: 'shard-1',
  state: 'draining',
  stores: 1,
  capacity: 250,
  observed: { state: 'running', restarts: 2, id: '77' },
  code: 'older',
  ports: { telegram: 20_001, pakasir: 20_002 },
  drainingSince: AT,
  createdAt: AT,
};
const details: ShardDetails = { shard, stores: [{ store: 'warung', state: 'running', moves: true }] };

test('shards are listed, shown and drained', async () => {
  const server = await contractServer();
  server.on('GET /v1/shards', (_, response) => json(response, 200, { shards: [shard] }));
  server.on('GET /v1/shards/shard-1', (_, response) => json(response, 200, details));
  server.on('POST /v1/shards/shard-1/drain', (_, response) => json(response, 200, details));
  server.on('GET /v1/shards/none', (_, response) =>
    problem(response, 404, 'SHARD_NOT_FOUND', 'There is no shard named none.'),
  );
  const listed = await runCli(['shard', 'list'], { env: server.env });
  expect(listed).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/shard-1 +draining +1 of 250 +running +2 +older/),
  });
  for (const verb of ['show', 'drain']) {
    const told = await runCli(['shard', verb, 'shard-1'], { env: server.env });
    expect(told).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/1 of 250 stores[\s\S]*warung +running +on its way/),
    });
  }
  const asked = await runCli(['shard', 'show', 'shard-1', '--json'], { env: server.env });
  expect(JSON.parse(asked.stdout)).toEqual(details);
  expect(await runCli(['shard', 'show', 'none'], { env: server.env })).toMatchObject({ code: 3 });
});

test('a move says where to, and shows what the store is then', async () => {
  const server = await contractServer();
  const operation = {
    ...{ id: 'op1', store: 'warung', kind: 'move', state: 'scheduled', error: null, attempt: 1, requestedBy: 'key:a' },
    ...{ requestedByName: null, steps: [], createdAt: AT, startedAt: null, finishedAt: null },
  };
  server.on('POST /v1/tenants/warung/move', (_, response) => json(response, 202, { operation }));
  server.on('GET /v1/tenants/warung', (_, response) =>
    json(response, 200, aTenant({ runtime: 'pooled', shard: 'shard-1' })),
  );
  const moved = await runCli(['tenant', 'move', 'warung', '--runtime', 'pooled', '--no-wait'], { env: server.env });
  expect(moved).toMatchObject({ code: 0, stdout: 'op1\n' });
  expect(JSON.parse(server.seen.at(-1)?.body ?? '')).toEqual({ runtime: 'pooled' });
  expect(await runCli(['tenant', 'move', 'warung'], { env: server.env })).toMatchObject({ code: 2 });
  const shown = await runCli(['tenant', 'show', 'warung'], { env: server.env });
  expect(shown.stdout).toContain('process, shard-1, running');
});
