import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Tenant } from '../../control-plane/api/contract/index.ts';
import { createDb, type Db } from '../../kernel/db.ts';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client.ts';
import { addProduct } from '../support/store.ts';
import { newSlug } from './support/api.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

const REAL_RUNTIME = join(import.meta.dirname, '..', '..', 'tenant-runtime', 'main.ts');
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let plane: TestPlane;
let sandbox: SandboxClient;
beforeAll(async () => {
  plane = await startPlane({ runtimeEntry: REAL_RUNTIME, env: { LAPAK_TENANT_READY_TIMEOUT: '120' } });
  sandbox = createSandboxClient(plane.sandboxUrl);
  await sandbox.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia' });
});
afterAll(() => plane.close());

async function withDb<T>(database: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = createDb({ connectionString: plane.databaseUrl(database), max: 1 });
  return work(db).finally(() => db.close());
}
const envOf = async ({ folder }: Tenant) => parseEnv(await readFile(join(folder, 'bot.env'), 'utf8'));
const pakasir = { slug: 'warung', apiKey: 'kunci-rahasia' };

/** A store with a shop in it, whose seller has sent a photo to its bot. */
async function furnished() {
  const bot = await sandbox.createBot();
  const seller = await sandbox.createUser({ firstName: 'Sari' });
  const chat = seller.chatWith(bot);
  await chat.send('/start');
  const env = { BOT_TIMEZONE: 'Asia/Makassar' };
  const tenant = await plane.api.open({
    store: newSlug('a'),
    telegramBotToken: bot.token,
    adminIds: [seller.id],
    pakasir,
    env,
  });
  await chat.sendPhoto({ bytes: PNG });
  const photo = (await chat.messages()).findLast(({ file }) => file)?.file?.id;
  const { DATA_ENCRYPTION_KEY: key = '' } = await envOf(tenant);
  await withDb(tenant.database, async (db) => {
    await db.query("INSERT INTO categories (name) VALUES ('Film')");
    await addProduct({ db }, key, {
      code: 'net',
      name: 'Netflix',
      price: 50_000,
      contents: ['isi-rahasia'],
      terms: 'Jangan ubah.',
    });
    await addProduct({ db }, key, { code: 'spo', name: 'Spotify', price: 20_000, contents: [] });
    await db.query('UPDATE products SET category_id = (SELECT id FROM categories), sold = 9, photo_file_id = $1', [
      photo,
    ]);
    await db.query("INSERT INTO products (code, name, price, status) VALUES ('old', 'Lama', 1, 'archived')");
    await db.query("INSERT INTO vouchers (code, kind, value, max_uses) VALUES ('HEMAT', 'percent', 10, 5)");
    await db.query("INSERT INTO templates (key, body, updated_by) VALUES ('welcome', 'Halo dari salinan', 1)");
    await db.query("INSERT INTO settings (key, value, updated_by) VALUES ('calculator.fee', '7', 1)");
  });
  return { tenant, seller };
}

async function clone(store: string, body: object): Promise<{ operation: Operation; tenant: Tenant }> {
  const accepted = await plane.api.call<{ operation: Operation; tenant: Tenant }>(
    'POST',
    `/v1/tenants/${store}/clone`,
    body,
  );
  expect(accepted).toMatchObject({ status: 202 });
  const operation = await plane.api.ended(accepted.body.operation.id);
  return { operation, tenant: await plane.api.tenant(accepted.body.tenant.store) };
}

test('a clone opens with the shop of the other, its photos, and nothing that is secret or of customers', async () => {
  const { tenant, seller } = await furnished();
  const bot = await sandbox.createBot();
  const customer = (await sandbox.createUser({ firstName: 'Budi' })).chatWith(bot);
  await seller.chatWith(bot).send('/start');
  const made = await clone(tenant.store, { store: newSlug('b'), telegramBotToken: bot.token, pakasir });
  expect(made.operation).toMatchObject({ kind: 'clone', state: 'succeeded' });
  expect(made.operation.steps.at(-1)).toMatchObject({ name: 'photos', detail: '2 carried over' });
  expect(made.tenant).toMatchObject({ state: 'running', adminIds: [seller.id], paidUntil: null });

  await withDb(made.tenant.database, async (db) => {
    const products = await db.query('SELECT id, code, sold, category_id, terms FROM products ORDER BY id');
    expect(products).toMatchObject([
      { code: 'net', sold: 0, terms: 'Jangan ubah.' },
      { code: 'spo', category_id: 1 },
    ]);
    expect(await db.query('SELECT code, value FROM vouchers')).toEqual([{ code: 'HEMAT', value: 10 }]);
    expect(await db.query('SELECT body, updated_by FROM templates')).toEqual([
      { body: 'Halo dari salinan', updated_by: seller.id },
    ]);
    expect(await db.query('SELECT key, value FROM settings')).toEqual([{ key: 'calculator.fee', value: 7 }]);
    for (const table of ['stock_units', 'orders', 'wallets', 'voucher_uses', 'audit_log', 'payments']) {
      expect([table, await db.query(`SELECT * FROM ${table}`)]).toEqual([table, []]);
    }
    // The next thing that is made gets a number of its own.
    await db.query("INSERT INTO categories (name) VALUES ('Musik')");
  });
  const [before, after] = [await envOf(tenant), await envOf(made.tenant)];
  expect(after.BOT_TIMEZONE).toBe('Asia/Makassar');
  for (const secret of ['DATA_ENCRYPTION_KEY', 'BACKUP_ENCRYPTION_PASSWORD', 'DATABASE_URL', 'TELEGRAM_BOT_TOKEN']) {
    expect(after[secret]).not.toBe(before[secret]);
  }
  await customer.send('/start p_net');
  expect(await customer.waitFor('Netflix')).toMatchObject({ file: expect.anything() });
});

test('photos that nobody can take are named, and the shop opens without them', async () => {
  const { tenant } = await furnished();
  const bot = await sandbox.createBot();
  // Somebody writes, so that the first long poll ends; no seller does.
  await (await sandbox.createUser({ firstName: 'Budi' })).chatWith(bot).send('/start');
  const made = await clone(tenant.store, { store: newSlug('c'), telegramBotToken: bot.token, pakasir });
  expect(made.operation.state).toBe('succeeded');
  expect(made.operation.steps.at(-1)?.detail).toBe('0 carried over; to be set anew: 2 (net, spo)');
  expect(made.tenant.state).toBe('running');
  const again = { store: newSlug('d'), telegramBotToken: bot.token, pakasir };
  const refused = await plane.api.call('POST', `/v1/tenants/${tenant.store}/clone`, again);
  expect(refused).toMatchObject({ status: 409, body: { code: 'TELEGRAM_BOT_IN_USE' } });
  const unknown = await plane.api.call('POST', '/v1/tenants/nowhere/clone', again);
  expect(unknown).toMatchObject({ status: 404, body: { code: 'TENANT_NOT_FOUND' } });
});
