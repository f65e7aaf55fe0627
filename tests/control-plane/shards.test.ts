import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import type {
  Operation,
  Problem,
  Shard,
  ShardDetails,
  Summary,
  TenantFacets,
} from '../../control-plane/api/contract/index.ts';
import { createProcessDriver } from '../../control-plane/fleet/drivers/index.ts';
import { createPorts } from '../../control-plane/fleet/ports/index.ts';
import { createShardDirectory } from '../../control-plane/fleet/shards/index.ts';
import { createSecrets } from '../../control-plane/platform/secrets/index.ts';
import { sealingKey } from '../../kernel/crypto.ts';
import { tempFolder } from '../drivers/stores.ts';
import { type Accepted, storeRequest } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { FAKE_RUNTIME, type PlaneOptions, startPlane, type TestPlane } from './support/plane.ts';

const log = pino({ level: 'silent' });
let plane: TestPlane | undefined;
afterEach(async () => {
  await plane?.close();
  plane = undefined;
});

async function start(options: PlaneOptions): Promise<TestPlane> {
  plane = await startPlane({ intervals: { sweepMs: 1_000 }, ...options });
  return plane;
}

const shardsOf = async ({ api }: TestPlane) =>
  (await api.call<{ shards: Shard[] }>('GET', '/v1/shards')).body.shards.map(({ name, state, stores }) => ({
    name,
    state,
    stores,
  }));

const create = ({ api, newBot }: TestPlane) =>
  api.call<Accepted>('POST', '/v1/tenants', storeRequest({ telegramBotToken: newBot().token, runtime: 'pooled' }));

test('stores that are opened at once fill one shard before the next is made', async () => {
  const own = await start({ env: { LAPAK_SHARD_CAPACITY: '2' } });
  const accepted = await Promise.all([1, 2, 3].map(() => create(own)));
  for (const { body } of accepted) {
    expect(await own.api.ended(body.operation.id)).toMatchObject({ state: 'succeeded' });
  }
  expect(await shardsOf(own)).toEqual([
    { name: 'shard-1', state: 'active', stores: 2 },
    { name: 'shard-2', state: 'active', stores: 1 },
  ]);
  const viewer = await own.api.call<{ key: string }>('POST', '/v1/api-keys', { name: 'v', scope: 'viewer' });
  const asViewer = own.api.as(viewer.body.key);
  expect(await asViewer.call('POST', '/v1/shards/shard-1/drain')).toMatchObject({ status: 403 });
  const store = accepted[0]?.body.tenant.store;
  expect(await asViewer.call('POST', `/v1/tenants/${store}/move`, { runtime: 'dedicated' })).toMatchObject({
    status: 403,
  });
  expect(await own.api.call('POST', `/v1/tenants/${store}/move`, { runtime: 'elsewhere' })).toMatchObject({
    status: 400,
  });
  expect((await asViewer.call<ShardDetails>('GET', '/v1/shards/shard-1')).body.stores).toHaveLength(2);
  const list = async (query: string) =>
    (await asViewer.call<{ tenants: { shard: string | null }[] }>('GET', `/v1/tenants?${query}`)).body.tenants;
  expect((await list('runtime=pooled')).map(({ shard }) => shard).sort()).toEqual(['shard-1', 'shard-1', 'shard-2']);
  expect(await list('runtime=dedicated')).toEqual([]);
  expect(await list('runtime=pooled,dedicated&shard=shard-2')).toHaveLength(1);
  const facets = await asViewer.call<TenantFacets>('GET', '/v1/tenant-facets?shard=shard-1');
  expect(facets.body).toMatchObject({
    total: 2,
    runtime: [{ value: 'pooled', count: 2 }],
    shard: [
      { value: 'shard-1', count: 2 },
      { value: 'shard-2', count: 1 },
    ],
  });
  const summary = await asViewer.call<Summary>('GET', '/v1/summary');
  expect(summary.body.shards).toEqual({ total: 2, draining: 0 });
  // One place is left in the second, so a third shard takes the rest.
  await own.api.call('POST', '/v1/shards/shard-1/drain');
  await eventually(async () =>
    expect(await shardsOf(own)).toEqual([
      { name: 'shard-2', state: 'active', stores: 2 },
      { name: 'shard-3', state: 'active', stores: 1 },
    ]),
  );
  expect((await own.api.call<{ orphans: unknown[] }>('GET', '/v1/orphans')).body.orphans).toEqual([]);
});

test('a shard of which nothing runs is made again for its stores', async () => {
  const own = await start({});
  const { body } = await create(own);
  await own.api.ended(body.operation.id);
  const shard = async () => (await own.api.call<ShardDetails>('GET', '/v1/shards/shard-1')).body.shard;
  const { observed } = await shard();
  await own.restart(async () => {
    process.kill(Number(observed.id), 'SIGKILL');
    await rm(join(own.home, 'runtimes', '_shard-1.json'));
  });
  await eventually(async () => {
    expect((await shard()).observed).toMatchObject({ state: 'running', restarts: 0 });
    const tenant = await own.api.tenant(body.tenant.store);
    expect(tenant).toMatchObject({ state: 'running' });
    expect((await fetch(`http://127.0.0.1:${tenant.ports?.telegram}/readyz`)).status).toBe(200);
  });
});

test('an upgrade takes a store to a shard with the installed code, and a failed one leaves it where it was', async () => {
  const own = await start({ env: { LAPAK_UPGRADE_WATCH: '1' } });
  const shards = async () => (await own.api.call<{ shards: Shard[] }>('GET', '/v1/shards')).body.shards;
  const codes = async () => (await shards()).map(({ name, code, stores }) => `${name} ${code} ${stores}`);
  const shardOf = async (store: string) => (await own.api.tenant(store)).shard;
  async function open(storeName: string): Promise<string> {
    const bot = { telegramBotToken: own.newBot().token, storeName, runtime: 'pooled' as const };
    const { body } = await own.api.call<Accepted>('POST', '/v1/tenants', storeRequest(bot));
    expect(await own.api.ended(body.operation.id)).toMatchObject({ state: 'succeeded' });
    return body.tenant.store;
  }
  async function upgrade(store: string): Promise<Operation> {
    const { body } = await own.api.call<Accepted>('POST', `/v1/tenants/${store}/upgrade`, { withoutBackup: true });
    return own.api.ended(body.operation.id);
  }
  const [first, second] = [await open('Kopi'), await open('Teh')];
  expect(await codes()).toEqual(['shard-1 installed 2']);
  expect(await upgrade(first)).toMatchObject({ state: 'succeeded' });
  expect(await shardOf(first)).toBe('shard-1');

  // From now on it is as if the shard had been started before the code was changed.
  await writeFile(join(own.home, 'shards', 'shard-1', 'code'), 'of last week');
  process.kill(Number((await shards())[0]?.observed.id), 'SIGKILL');
  await eventually(async () => expect(await codes()).toEqual(['shard-1 older 2']));
  const third = await open('Susu');
  expect(await shardOf(third)).toBe('shard-2');

  expect(await upgrade(first)).toMatchObject({ state: 'succeeded' });
  expect(await shardOf(first)).toBe('shard-2');
  expect(await codes()).toEqual(['shard-1 older 1', 'shard-2 installed 2']);

  // What does not get ready with the installed code goes back to the code that it had.
  await writeFile(join((await own.api.tenant(second)).folder, 'unready in shard-2'), '');
  expect(await upgrade(second)).toMatchObject({ state: 'failed', error: { code: 'UPGRADE_ROLLED_BACK' } });
  expect(await own.api.tenant(second)).toMatchObject({ state: 'running', shard: 'shard-1' });

  // A shard that was left by all and is no longer new goes by itself.
  await rm(join((await own.api.tenant(second)).folder, 'unready in shard-2'));
  expect(await upgrade(second)).toMatchObject({ state: 'succeeded' });
  await own.db.query("UPDATE shards SET created_at = now() - interval '1 hour' WHERE name = 'shard-1'");
  await eventually(async () => expect(await codes()).toEqual(['shard-2 installed 3']));
  await expect(stat(join(own.home, 'shards', 'shard-1'))).rejects.toThrow('ENOENT');
});

test('a driver without shards refuses pooled stores, and says so', async () => {
  const stateDir = tempFolder('lapak-plain-');
  const own = await start({ makeDriver: () => createProcessDriver({ stateDir, runtimeEntry: FAKE_RUNTIME, log }) });
  const refusal = {
    status: 400,
    body: { errors: [{ pointer: '/runtime', detail: expect.stringMatching(/^dedicated: /) }] },
  };
  expect(await create(own)).toMatchObject(refusal);
  const { store } = await own.api.open({ telegramBotToken: own.newBot().token });
  expect(await own.api.call<Problem>('POST', `/v1/tenants/${store}/move`, { runtime: 'pooled' })).toMatchObject(
    refusal,
  );
  const [moved] = await own.db.query<Operation>("SELECT id FROM operations WHERE kind = 'move'");
  expect(moved).toBeUndefined();
});

test('a token that no key opens any more is made anew, and opens from then on', async () => {
  const own = await start({});
  const { body } = await create(own);
  await own.api.ended(body.operation.id);
  const secrets = createSecrets([sealingKey(Buffer.alloc(32, 7).toString('base64'))]);
  const ports = createPorts({ db: own.db, range: { from: 20_000, to: 20_001 }, owner: 'shard' });
  const directory = createShardDirectory({
    ...{ db: own.db, log, secrets, ports },
    ...{ home: own.home, deployments: join(own.home, 'deployments') },
  });
  const [first] = await directory.all();
  const [again] = await directory.all();
  expect(first?.token).toMatch(/^[\w-]{32,}$/);
  expect(again).toEqual(first);
});
