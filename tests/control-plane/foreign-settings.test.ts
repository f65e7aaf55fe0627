import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation } from '../../control-plane/api/contract/index.ts';
import { createDb, type Db } from '../../kernel/db.ts';
import { shortId } from '../../kernel/ids.ts';
import { cloneOf, clusterUrl } from '../support/postgres.ts';
import { buyUpToInvoice, startTestStore } from '../support/store.ts';
import { startPlane, type TestPlane } from './support/plane.ts';

/* Settings that are legal for a database of a shared cluster, and that Lapak would not choose. */
const SETTINGS = [
  "DateStyle = 'German, DMY'",
  'IntervalStyle = sql_standard',
  "TimeZone = 'Asia/Jayapura'",
  'standard_conforming_strings = off',
  'bytea_output = escape',
  'extra_float_digits = -10',
  'search_path = elsewhere',
  'default_transaction_isolation = serializable',
  'lock_timeout = 1',
];

async function set(admin: Db, database: string): Promise<void> {
  for (const setting of SETTINGS) await admin.query(`ALTER DATABASE ${database} SET ${setting}`);
}

let plane: TestPlane;
beforeAll(async () => {
  const database = `control_${shortId()}`;
  const admin = createDb({ connectionString: clusterUrl(), max: 1 });
  await admin.query(cloneOf('control', database));
  await set(admin, database);
  await admin.close();
  plane = await startPlane({ env: { LAPAK_CONTROL_DATABASE: database } });
});
afterAll(() => plane?.close());

test('a control plane works in a database with any legal settings', async () => {
  const { store } = await plane.api.open({ telegramBotToken: plane.newBot().token });
  const { createdAt } = await plane.api.tenant(store);
  expect(Math.abs(Date.now() - Date.parse(createdAt))).toBeLessThan(3_600_000);
  const removal = await plane.api.call<{ operation: Operation }>('DELETE', `/v1/tenants/${store}?purge=true`);
  expect(await plane.api.ended(removal.body.operation.id)).toMatchObject({ state: 'succeeded' });
});

test('a store sells in a database with any legal settings', async () => {
  const shop = await startTestStore({ prepare: ({ db, name }) => set(db, name) });
  try {
    const product = { code: 'NF1', name: 'Netflix \\ 1 bulan', price: 15_000 };
    await shop.product({ ...product, contents: ['user\\a'] });
    const { chat } = await shop.customer('Budi');
    await shop.client.pakasir.pay(await buyUpToInvoice(chat, product));
    expect((await chat.waitFor('user\\a')).text).toContain('Pembayaran Berhasil');
  } finally {
    await shop.close();
  }
});

test('a cluster that takes no changes is said with what to do', async () => {
  const admin = createDb({ connectionString: clusterUrl(), max: 1 });
  const role = `reader_${shortId()}`;
  await admin.query(`CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'of-the-test'`);
  await admin.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
  const url = Object.assign(new URL(clusterUrl()), { username: role, password: 'of-the-test' }).toString();
  await expect(startPlane({ env: { DATABASE_URL: url } })).rejects.toMatchObject({
    code: 'POSTGRES_UNAVAILABLE',
    message: expect.stringContaining('default_transaction_read_only is on'),
  });
  await admin.query(`DROP ROLE ${role}`);
  await admin.close();
});
