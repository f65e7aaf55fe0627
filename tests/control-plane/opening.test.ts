import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { newSlug, storeRequest } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { startPlane, type TestPlane } from './support/plane.ts';
import { runtimesBelow } from './support/processes.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

const store = newSlug();

test('a store is opened: ports, database, folder, a running process', async () => {
  const bot = plane.newBot();
  const tenant = await plane.api.open({ store, telegramBotToken: bot.token, storeName: 'Warung Bu Sri' });
  expect(tenant).toMatchObject({
    store,
    storeName: 'Warung Bu Sri',
    state: 'running',
    desiredState: 'running',
    bot: { id: bot.id, username: bot.username },
    operation: null,
  });
  expect(tenant.ports?.telegram).not.toBe(tenant.ports?.pakasir);
  const ready = await fetch(`http://127.0.0.1:${tenant.ports?.telegram}/readyz`);
  expect(ready.status).toBe(200);
  expect(((await stat(join(tenant.folder, 'bot.env'))).mode & 0o777).toString(8)).toBe('600');
  expect(await runtimesBelow(tenant.folder)).toHaveLength(1);
  await eventually(async () =>
    expect((await plane.api.tenant(store)).observed).toMatchObject({ state: 'running', healthy: true }),
  );
});

test('a token that Telegram does not know is refused before anything is made', async () => {
  const refused = await plane.api.call(
    'POST',
    '/v1/tenants',
    storeRequest({ store: newSlug(), telegramBotToken: `1234567:${'A'.repeat(35)}` }),
  );
  expect(refused).toMatchObject({ status: 422, body: { code: 'TELEGRAM_TOKEN_REJECTED' } });
  const stores = await plane.db.query('SELECT store FROM tenants');
  expect(stores).toEqual([{ store }]);
});

test('one bot serves one store, and one name is one store', async () => {
  const { telegramBotToken } = { telegramBotToken: plane.sandbox.telegram.bots()[0]?.token as string };
  const other = await plane.api.call('POST', '/v1/tenants', storeRequest({ telegramBotToken }));
  expect(other).toMatchObject({ status: 409, body: { code: 'TELEGRAM_BOT_IN_USE' } });
  const same = await plane.api.call(
    'POST',
    '/v1/tenants',
    storeRequest({ store, telegramBotToken: plane.newBot().token }),
  );
  expect(same).toMatchObject({ status: 409, body: { code: 'TENANT_EXISTS' } });
});

test('a change of configuration replaces the runtime and counts generation and revision', async () => {
  const before = await plane.api.tenant(store);
  const [oldPid] = await runtimesBelow(before.folder);
  const change = { storeName: 'Warung Baru', limits: { memoryMb: 300 }, env: { BOT_TIMEZONE: 'Asia/Makassar' } };
  const accepted = await plane.api.call<{ operation: Operation }>('PATCH', `/v1/tenants/${store}`, change);
  expect(accepted.status).toBe(202);
  expect(await plane.api.ended(accepted.body.operation.id)).toMatchObject({ kind: 'configure', state: 'succeeded' });
  const after = await plane.api.tenant(store);
  expect(after).toMatchObject({ storeName: 'Warung Baru', limits: { memoryMb: 300, cpus: 0.5, pids: 128 } });
  expect(after.generation).toBe(before.generation + 1);
  expect(await readFile(join(after.folder, 'bot.env'), 'utf8')).toContain('Asia/Makassar');
  const pids = await runtimesBelow(after.folder);
  expect(pids).toHaveLength(1);
  expect(pids[0]).not.toBe(oldPid);
  const shown = await plane.api.call<{ revision: number; env: Record<string, string> }>(
    'GET',
    `/v1/tenants/${store}/config`,
  );
  expect(shown.body).toMatchObject({ revision: 2, env: { BOT_TIMEZONE: 'Asia/Makassar' } });
});

test('a configuration that could not run is refused, field by field', async () => {
  const patch = (body: object) => plane.api.call('PATCH', `/v1/tenants/${store}`, body);
  expect((await patch({ env: { LOG_LEVEL: 'loud' } })).body.errors).toEqual([
    { pointer: '/env/LOG_LEVEL', detail: expect.stringContaining('one of') },
  ]);
  expect((await patch({ env: { NOT_A_KEY: '1' } })).body.errors?.[0]?.pointer).toBe('/env/NOT_A_KEY');
  expect((await patch({ env: { DATABASE_URL: 'x' } })).body.errors?.[0]?.pointer).toBe('/env/DATABASE_URL');
  for (const dir of ['/etc', '../elsewhere', 'logs/backups', 'backups/../logs']) {
    const { body } = await patch({ env: { BACKUP_LOCAL_DIR: dir, BACKUP_OFFSITE_DIR: 'backups/offsite' } });
    expect(body.errors?.[0]?.pointer).toBe('/env/BACKUP_LOCAL_DIR');
  }
  expect((await patch({ env: { DATA_ENCRYPTION_KEY: null } })).body.errors?.[0]?.pointer).toBe(
    '/env/DATA_ENCRYPTION_KEY',
  );
  expect((await patch({ mode: 'webhook' })).body.errors?.[0]?.pointer).toBe('/mode');
  expect((await patch({ env: { BOT_TIMEZONE: 'a\nb' } })).status).toBe(400);
});

async function run(action: string): Promise<Operation> {
  const accepted = await plane.api.call<{ operation: Operation }>('POST', `/v1/tenants/${store}/${action}`);
  return plane.api.ended(accepted.body.operation.id);
}

test('a store stops, starts and restarts', async () => {
  const { folder } = await plane.api.tenant(store);
  expect(await run('stop')).toMatchObject({ state: 'succeeded' });
  expect(await plane.api.tenant(store)).toMatchObject({ state: 'stopped', desiredState: 'stopped' });
  expect(await runtimesBelow(folder)).toEqual([]);
  expect(await run('start')).toMatchObject({ state: 'succeeded' });
  const [pid] = await runtimesBelow(folder);
  expect(await run('restart')).toMatchObject({ state: 'succeeded' });
  const after = await runtimesBelow(folder);
  expect(after).toHaveLength(1);
  expect(after[0]).not.toBe(pid);
});

test('a removed store leaves its database aside, no secret on disk, and its name free', async () => {
  const { folder } = await plane.api.tenant(store);
  const accepted = await plane.api.call<{ operation: Operation }>('DELETE', `/v1/tenants/${store}`);
  const operation = await plane.api.ended(accepted.body.operation.id);
  expect(operation.state).toBe('succeeded');
  expect((await plane.api.call('GET', `/v1/tenants/${store}`)).body.code).toBe('TENANT_NOT_FOUND');
  expect(await runtimesBelow(folder)).toEqual([]);
  await expect(stat(folder)).rejects.toThrow('ENOENT');
  const kept = operation.steps.find((step) => step.name === 'files')?.detail?.replace('kept in ', '') as string;
  await expect(stat(join(kept, 'logs'))).resolves.toBeDefined();
  await expect(stat(join(kept, 'bot.env'))).rejects.toThrow('ENOENT');
  const databases = await plane.db.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [`db_${store}`],
  );
  expect(databases).toEqual([{ datname: expect.stringMatching(new RegExp(`^db_${store}__removed_\\d{14}$`)) }]);
  expect(await plane.db.query('SELECT port FROM ports')).toEqual([]);

  const again = await plane.api.open({ store, telegramBotToken: plane.newBot().token });
  expect(again.state).toBe('running');
});

test('a purge destroys database, role and folder', async () => {
  const { folder } = await plane.api.tenant(store);
  const accepted = await plane.api.call<{ tenant: Tenant; operation: Operation }>(
    'DELETE',
    `/v1/tenants/${store}?purge=true`,
  );
  expect(await plane.api.ended(accepted.body.operation.id)).toMatchObject({ state: 'succeeded' });
  await expect(stat(folder)).rejects.toThrow('ENOENT');
  expect(await plane.db.query('SELECT 1 FROM pg_database WHERE datname = $1', [`db_${store}`])).toEqual([]);
  expect(await plane.db.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [`lapak_${store}`])).toEqual([]);
});
