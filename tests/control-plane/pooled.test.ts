import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HealthReport, Operation, Problem, ShardDetails, Tenant } from '../../control-plane/api/contract/index.ts';
import { createDb, type Db } from '../../kernel/db.ts';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client.ts';
import { stockUp } from '../support/shoppers.ts';
import { buyUpToInvoice } from '../support/store.ts';
import { newSlug } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { backupsAvailable } from './support/pg-tools.ts';
import { startPlane, type TestPlane } from './support/plane.ts';
import { runtimesBelow } from './support/processes.ts';

const REAL = join(import.meta.dirname, '..', '..', 'tenant-runtime', 'main.ts');
const MINUTES = 60_000;
const pakasir = { slug: 'kolam', apiKey: 'kunci-rahasia' };

let plane: TestPlane;
let sandbox: SandboxClient;
let shops: Shop[];
const open: Db[] = [];

type Shop = { tenant: Tenant; bot: { id: number; token: string }; db: Db };

async function newShop(runtime: 'dedicated' | 'pooled' = 'pooled'): Promise<Shop> {
  const bot = await sandbox.createBot();
  const tenant = await plane.api.open({ store: newSlug('k'), telegramBotToken: bot.token, pakasir, runtime });
  const db = createDb({ connectionString: plane.databaseUrl(tenant.database), max: 2 });
  open.push(db);
  const { DATA_ENCRYPTION_KEY: key = '' } = parseEnv(await readFile(join(tenant.folder, 'bot.env'), 'utf8'));
  await stockUp(db, key, 20);
  return { tenant, bot, db };
}

/** One customer buys, and gets what was paid for. */
async function sell({ bot, db }: Shop): Promise<void> {
  const chat = (await sandbox.createUser({})).chatWith(bot);
  await chat.send('/start');
  await chat.waitFor('Selamat datang', { timeoutMs: MINUTES });
  const ref = await buyUpToInvoice(chat, { code: 'A', name: 'Akun A', price: 20_000 });
  await sandbox.pakasir.pay(ref);
  await chat.waitFor(new RegExp(`Pembayaran Berhasil[\\s\\S]*${ref}`), { timeoutMs: MINUTES, since: 0 });
  await eventually(async () =>
    expect(await db.query('SELECT status FROM orders WHERE ref = $1', [ref])).toEqual([{ status: 'delivered' }]),
  );
}

async function operate(path: string, body?: object, method: 'POST' | 'PATCH' | 'DELETE' = 'POST'): Promise<Operation> {
  const answer = await plane.api.call<{ operation: Operation }>(method, `/v1/tenants/${path}`, body);
  expect(answer).toMatchObject({ status: 202 });
  const ended = await plane.api.ended(answer.body.operation.id);
  expect(ended).toMatchObject({ state: 'succeeded', error: null });
  return ended;
}

const shardOf = async (name: string) => (await plane.api.call<ShardDetails>('GET', `/v1/shards/${name}`)).body;
const shards = async () => (await plane.api.call<{ shards: ShardDetails['shard'][] }>('GET', '/v1/shards')).body.shards;
const answers = async ({ ports }: Tenant) =>
  fetch(`http://127.0.0.1:${ports?.telegram}/readyz`, { headers: { connection: 'close' } }).then(
    ({ status }) => status === 200,
    () => false,
  );

beforeAll(async () => {
  plane = await startPlane({
    runtimeEntry: REAL,
    // A machine at its limits is not what this is about.
    env: {
      ...{ LAPAK_TENANT_READY_TIMEOUT: '120', LAPAK_UPGRADE_WATCH: '1', LAPAK_SHARD_CAPACITY: '3' },
      HEALTH_DISK_THRESHOLD: '100',
    },
    intervals: { sweepMs: 1_000 },
  });
  sandbox = createSandboxClient(plane.sandboxUrl);
  await sandbox.pakasir.createProject(pakasir);
  shops = [await newShop(), await newShop()];
}, 3 * MINUTES);
afterAll(async () => {
  for (const db of open) await db.close();
  await plane?.close();
});

const first = () => shops[0] as Shop;
const second = () => shops[1] as Shop;

test('pooled stores share one process, and each sells', { timeout: 3 * MINUTES }, async () => {
  for (const { tenant } of shops) {
    expect(tenant).toMatchObject({ state: 'running', runtime: 'pooled', shard: 'shard-1' });
    expect(await runtimesBelow(tenant.folder)).toEqual([]);
  }
  expect(await shardOf('shard-1')).toMatchObject({
    shard: { state: 'active', stores: 2, capacity: 3, observed: { state: 'running' } },
    stores: shops
      .map(({ tenant: { store } }) => ({ store, state: 'running', moves: false }))
      .sort((a, b) => (a.store < b.store ? -1 : 1)),
  });
  expect((await plane.api.call<{ orphans: unknown[] }>('GET', '/v1/orphans')).body.orphans).toEqual([]);
  await Promise.all(shops.map(sell));
});

test('what works for a store of its own works for a pooled one', { timeout: 5 * MINUTES }, async () => {
  const { tenant } = first();
  const { store } = tenant;
  await operate(`${store}/restart`);
  await operate(`${store}/stop`);
  expect(await answers(tenant)).toBe(false);
  expect(await plane.api.tenant(store)).toMatchObject({ state: 'stopped', shard: 'shard-1' });
  await operate(`${store}/start`);
  await operate(`${store}/suspend`, { reason: 'pemeriksaan' });
  expect(await answers(tenant)).toBe(false);
  await operate(`${store}/resume`);
  await operate(store, { storeName: 'Kolam Baru' }, 'PATCH');
  await operate(`${store}/upgrade`, { withoutBackup: true });
  expect(await answers(tenant)).toBe(true);
  const logs = await plane.api.call<string>('GET', `/v1/tenants/${store}/logs?tail=500`);
  expect(logs.body.split('\n').length).toBeGreaterThan(5);
  expect(logs.body).not.toContain(first().bot.token);
  const health = await plane.api.call<HealthReport>('POST', `/v1/tenants/${store}/health`);
  expect(health.body).toMatchObject({ ok: true });
  // The other one did not notice.
  expect(await answers(second().tenant)).toBe(true);
});

test.runIf(await backupsAvailable())('it is backed up, restored and cloned', { timeout: 5 * MINUTES }, async () => {
  const { store } = first().tenant;
  await operate(`${store}/backups`);
  const { body } = await plane.api.call<{ backups: { id: string }[] }>('GET', `/v1/tenants/${store}/backups`);
  const restored = await plane.api.call<{ operation: Operation }>('POST', `/v1/backups/${body.backups[0]?.id}/restore`);
  expect(await plane.api.ended(restored.body.operation.id)).toMatchObject({ state: 'succeeded', error: null });
  expect(await answers(first().tenant)).toBe(true);
  const bot = await sandbox.createBot();
  const clone = { store: newSlug('c'), telegramBotToken: bot.token, pakasir };
  await operate(`${store}/clone`, clone);
  const copy = await plane.api.tenant(clone.store);
  expect(copy).toMatchObject({ state: 'running', runtime: 'pooled', shard: 'shard-1' });
  await operate(clone.store, undefined, 'DELETE');
  expect((await shardOf('shard-1')).shard.stores).toBe(2);
});

test.runIf(await backupsAvailable())('its rehearsal finds nothing to fix', { timeout: 10 * MINUTES }, async () => {
  const apiKey = 'key-of-a-sandbox-project';
  plane.sandbox.pakasir.createProject({ slug: 'latihan', apiKey, sandbox: true });
  const shop = await plane.api.open({
    ...{ telegramBotToken: plane.newBot().token, pakasir: { slug: 'latihan', apiKey }, runtime: 'pooled' },
  });
  const webhookUrl = `http://127.0.0.1:${shop.ports?.pakasir}/webhooks/pakasir`;
  plane.sandbox.pakasir.createProject({ slug: 'latihan', apiKey, webhookUrl });
  const { steps } = await operate(`${shop.store}/rehearse`);
  const details = Object.fromEntries(steps.map(({ name, detail }) => [name, detail]));
  expect(details).toMatchObject({
    'paid payment': expect.stringMatching(/^ok: .*its webhook reached the store/),
    kill: expect.stringMatching(/^ok: /),
  });
  await operate(shop.store, undefined, 'DELETE');
});

test('a store moves out and back in, and sells in each place', { timeout: 5 * MINUTES }, async () => {
  const { tenant } = second();
  const out = await operate(`${tenant.store}/move`, { runtime: 'dedicated' });
  expect(out.steps.map(({ name }) => name).slice(0, 2)).toEqual(['place', 'leave']);
  expect(await plane.api.tenant(tenant.store)).toMatchObject({
    runtime: 'dedicated',
    shard: null,
    ports: tenant.ports,
  });
  expect(await runtimesBelow(tenant.folder)).toHaveLength(1);
  await sell(second());
  const again = await plane.api.call<Problem>('POST', `/v1/tenants/${tenant.store}/move`, { runtime: 'dedicated' });
  expect(again).toMatchObject({ status: 409, body: { code: 'TENANT_STATE_CONFLICT' } });
  await operate(`${tenant.store}/move`, { runtime: 'pooled' });
  expect(await plane.api.tenant(tenant.store)).toMatchObject({ runtime: 'pooled', shard: 'shard-1' });
  expect(await runtimesBelow(tenant.folder)).toEqual([]);
  await sell(second());
  const stopped = await operate(`${tenant.store}/stop`);
  expect(stopped.kind).toBe('stop');
  await operate(`${tenant.store}/move`, { runtime: 'dedicated' });
  expect(await answers(tenant)).toBe(false);
  await operate(`${tenant.store}/move`, { runtime: 'pooled' });
  await operate(`${tenant.store}/start`);
});

test('a shard that crashes comes back with its stores', { timeout: 2 * MINUTES }, async () => {
  const { shard } = await shardOf('shard-1');
  process.kill(Number(shard.observed.id), 'SIGKILL');
  await eventually(async () => {
    const now = await shardOf('shard-1');
    expect(now.shard.observed).toMatchObject({ state: 'running', restarts: shard.observed.restarts + 1 });
    for (const { tenant } of shops) expect(await answers(tenant)).toBe(true);
  }, MINUTES);
});

test('a control plane that starts again finds shards and stores as they are', { timeout: 2 * MINUTES }, async () => {
  const { observed } = (await shardOf('shard-1')).shard;
  const runs = async () =>
    Promise.all(shops.map(async ({ tenant }) => (await plane.api.tenant(tenant.store)).observed.id));
  await eventually(async () => expect(await runs()).not.toContain(null));
  const before = await runs();
  await plane.restart(async () => {
    for (const { tenant } of shops) expect(await answers(tenant)).toBe(true);
  });
  await plane.services.reconciler.sweep();
  expect((await shardOf('shard-1')).shard.observed.id).toBe(observed.id);
  expect(await runs()).toEqual(before);
});

test('a drained shard gives its stores to another and goes', { timeout: 3 * MINUTES }, async () => {
  const drained = await plane.api.call<ShardDetails>('POST', '/v1/shards/shard-1/drain');
  expect(drained).toMatchObject({ status: 200, body: { shard: { state: 'draining', stores: 2 } } });
  await eventually(async () => {
    expect((await shards()).map(({ name, stores }) => ({ name, stores }))).toEqual([{ name: 'shard-2', stores: 2 }]);
  }, 2 * MINUTES);
  for (const { tenant } of shops) expect(await answers(tenant)).toBe(true);
  expect(
    await plane.db.query(
      "SELECT DISTINCT requested_by FROM operations WHERE kind = 'move' AND params ->> 'runtime' = 'pooled'",
    ),
  ).toEqual([{ requested_by: expect.stringMatching(/^key:/) }]);
  const nobody = await plane.api.call<Problem>('POST', '/v1/shards/shard-9/drain');
  expect(nobody).toMatchObject({ status: 404, body: { code: 'SHARD_NOT_FOUND' } });
  await sell(first());
});
