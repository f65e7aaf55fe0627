import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { createDb } from '../../kernel/db.ts';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client.ts';
import { addProduct, buyUpToInvoice } from '../support/store.ts';
import { newSlug } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { type PlaneOptions, startPlane, type TestPlane } from './support/plane.ts';
import { runtimesBelow } from './support/processes.ts';

const REAL_RUNTIME = join(import.meta.dirname, '..', '..', 'tenant-runtime', 'main.ts');
const PRODUCT = { code: 'prem', name: 'Akun Premium', price: 15_000 };

let plane: TestPlane;
let sandbox: SandboxClient;
async function up(options: PlaneOptions): Promise<void> {
  plane = await startPlane(options);
  sandbox = createSandboxClient(plane.sandboxUrl);
}
afterEach(() => plane.close());

type Accepted = { operation: Operation; code?: string; detail?: string };
const post = (store: string, action: string, body?: object) =>
  plane.api.call<Accepted>('POST', `/v1/tenants/${store}/${action}`, body);
async function done(store: string, action: string, body?: object): Promise<Operation> {
  const accepted = await post(store, action, body);
  expect(accepted).toMatchObject({ status: 202 });
  const operation = await plane.api.ended(accepted.body.operation.id);
  expect(operation).toMatchObject({ kind: action, state: 'succeeded' });
  return operation;
}

async function stock({ database, folder }: Tenant): Promise<void> {
  const { DATA_ENCRYPTION_KEY: key = '' } = parseEnv(await readFile(join(folder, 'bot.env'), 'utf8'));
  const db = createDb({ connectionString: plane.databaseUrl(database), max: 1 });
  await addProduct({ db }, key, { ...PRODUCT, contents: ['isi-rahasia-1', 'isi-rahasia-2'] });
  await db.close();
}

test('what was written and paid while a store stood still is done when it is resumed', async () => {
  await up({ runtimeEntry: REAL_RUNTIME, env: { LAPAK_TENANT_READY_TIMEOUT: '120' } });
  const bot = await sandbox.createBot();
  await sandbox.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia' });
  const seller = (await sandbox.createUser({ firstName: 'Sari' })).chatWith(bot);
  const customer = (await sandbox.createUser({ firstName: 'Budi' })).chatWith(bot);
  // An update that waits ends the first long poll at once, and with it the wait for readiness.
  await seller.send('/start');
  const { store } = await plane.api.open({
    store: newSlug(),
    telegramBotToken: bot.token,
    adminIds: [seller.userId],
    pakasir: { slug: 'warung', apiKey: 'kunci-rahasia' },
  });
  await stock(await plane.api.tenant(store));
  const ref = await buyUpToInvoice(customer, PRODUCT);

  await done(store, 'suspend', { reason: 'pemeriksaan' });
  await seller.waitFor(/dihentikan sementara[\s\S]*pemeriksaan/, { since: 0 });
  await sandbox.pakasir.pay(ref);
  await customer.send('/start');
  const before = await customer.messages();
  expect(before.at(-1)).toMatchObject({ from: 'user', text: '/start' });

  await done(store, 'resume');
  await customer.waitFor('isi-rahasia-1', { since: 0 });
  await customer.waitFor(/Selamat|Halo|Toko|Warung/i);
  await seller.waitFor('buka lagi', { since: 0 });
  expect(await sandbox.pakasir.transaction(ref)).toMatchObject({ status: 'completed' });
});

test('a store that stands still is closed to Telegram, and to whatever would wake it', async () => {
  await up({ env: { LAPAK_PUBLIC_URL: 'https://shops.example.com' } });
  const bot = await sandbox.createBot();
  const { store, folder } = await plane.api.open({ store: newSlug(), telegramBotToken: bot.token });
  const routes = () => stat(join(plane.home, 'caddy', `${store}.caddy`)).then(Boolean, () => false);
  expect([(await sandbox.webhookInfo(bot)).url, await routes()]).toEqual([expect.stringContaining(store), true]);

  await done(store, 'suspend');
  expect([(await sandbox.webhookInfo(bot)).url, await routes(), await runtimesBelow(folder)]).toEqual(['', false, []]);
  for (const action of ['start', 'stop', 'restart']) {
    const refused = await post(store, action);
    expect(refused).toMatchObject({ status: 409, body: { code: 'TENANT_STATE_CONFLICT' } });
  }
  const change = { env: { BOT_TIMEZONE: 'Asia/Makassar' } };
  const accepted = await plane.api.call<Accepted>('PATCH', `/v1/tenants/${store}`, change);
  expect(await plane.api.ended(accepted.body.operation.id)).toMatchObject({ state: 'succeeded' });
  expect(await plane.api.tenant(store)).toMatchObject({ state: 'suspended', suspendedFor: 'operator' });
  await plane.restart();
  await done(store, 'suspend', { reason: 'another word' });
  expect(await plane.api.tenant(store)).toMatchObject({ state: 'suspended', reason: 'another word' });
  expect(await runtimesBelow(folder)).toEqual([]);

  await done(store, 'resume');
  expect(await plane.api.tenant(store)).toMatchObject({ state: 'running', reason: null, suspendedFor: null });
  expect([(await sandbox.webhookInfo(bot)).url, await routes()]).toEqual([expect.stringContaining(store), true]);
  expect(await post(store, 'resume')).toMatchObject({ status: 409 });
  const audit = await plane.api.call<{ entries: { action: string; after: unknown }[] }>(
    'GET',
    `/v1/audit?target=tenant:${store}`,
  );
  const actions = audit.body.entries.map(({ action }) => action);
  expect(actions).toEqual(expect.arrayContaining(['tenant.suspend', 'operation.suspend', 'tenant.resume']));
});

test('a store that was stopped goes back to rest, and one that is suspended can be removed', async () => {
  await up({});
  const { store, folder } = await plane.api.open({ store: newSlug(), telegramBotToken: plane.newBot().token });
  await done(store, 'stop');
  await done(store, 'suspend');
  await done(store, 'resume');
  expect(await plane.api.tenant(store)).toMatchObject({ state: 'stopped', desiredState: 'stopped' });
  expect(await runtimesBelow(folder)).toEqual([]);
  expect(await plane.db.query("SELECT 1 FROM seller_messages WHERE cause LIKE 'resumed:%'")).toEqual([]);
  await done(store, 'suspend');
  const removed = await plane.api.call<Accepted>('DELETE', `/v1/tenants/${store}`);
  expect(await plane.api.ended(removed.body.operation.id)).toMatchObject({ state: 'succeeded' });
  await eventually(async () => expect((await plane.api.call('GET', `/v1/tenants/${store}`)).status).toBe(404));
});
