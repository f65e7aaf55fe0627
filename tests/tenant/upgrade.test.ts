import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { fingerprint, seal, sealingKey } from '../../kernel/crypto.ts';
import type { Db } from '../../kernel/db.ts';
import { migrate } from '../../kernel/migrate.ts';
import { unbalanced } from '../support/deposits.ts';
import { migrationsDir, type TestDatabase } from '../support/postgres.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore | undefined;
afterEach(() => shop?.close());

const KEY = Buffer.alloc(32, 7).toString('base64');
const BUDI = 777_001;

/** The database as a store of the first version left it: one order delivered, one paid and killed, one paid too late. */
async function sellAsBefore(db: Db): Promise<void> {
  const key = sealingKey(KEY);
  await db.query(`INSERT INTO users (id, first_name, started_at) VALUES ($1, 'Budi', now())`, [BUDI]);
  await db.query(`INSERT INTO products (code, name, price, terms) VALUES ('A', 'Akun A', 20000, 'Jangan ganti sandi')`);
  await db.query(`INSERT INTO categories (name) VALUES ('Streaming')`);
  await db.query(
    `INSERT INTO orders (ref, user_id, status, method, subtotal, total, settled_by, checkout_message_id, paid_at, delivered_at)
     VALUES ('tg777001-aaaaa', $1, 'delivered', 'qris', 20000, 20000, 'webhook', 5, now(), now()),
            ('tg777001-bbbbb', $1, 'paid', 'qris', 20000, 20000, 'webhook', 9, now(), NULL),
            ('tg777001-ccccc', $1, 'credited', 'qris', 20000, 20000, 'reconcile', 13, now(), NULL)`,
    [BUDI],
  );
  await db.query(`INSERT INTO order_lines SELECT id, 1, 'Akun A', 20000, 1 FROM orders`);
  await db.query(
    `INSERT INTO payments (ref, order_id, user_id, gateway, method, amount, status, expires_at, completed_at, invoice_closed_at)
     SELECT ref, id, user_id, 'pakasir', 'qris', total, 'completed', now(), now(), now() FROM orders`,
  );
  await db.query(
    `INSERT INTO deliveries (order_id, status, delivered_at) VALUES (1, 'delivered', now()), (2, 'pending', NULL)`,
  );
  await db.query(`INSERT INTO delivery_messages VALUES (1, 1, 7, now())`);
  for (const [index, orderId] of [1, 2, null].entries()) {
    const content = `barang-${index + 1}`;
    await db.query(
      `INSERT INTO stock_units (product_id, content, fingerprint, status, order_id, added_by) VALUES (1, $1, $2, $3, $4, 1)`,
      [seal(content, key, 'stock:1'), fingerprint(content, key), orderId === null ? 'available' : 'sold', orderId],
    );
  }
  await db.query(
    `INSERT INTO ledger_entries (user_id, amount, kind, source, note) VALUES ($1, 20000, 'credit', 'payment:3', 'x')`,
    [BUDI],
  );
  await db.query('INSERT INTO wallets VALUES ($1, 20000)', [BUDI]);
  await db.query(`INSERT INTO outbox (cause, chat_id, text) VALUES ('order:3:credited', $1, 'Uangmu jadi saldo ya')`, [
    BUDI,
  ]);
  await db.query(`INSERT INTO templates VALUES ('welcome', 'Halo dari templat lama, {nama_toko}!', 1, now())`);
  await db.query(
    `INSERT INTO audit_log (actor_id, actor_role, action, target) VALUES ($1, 'admin', 'stock.added', 'product:1')`,
    [BUDI],
  );
}

/** The database as the migrations up to a number left it. */
async function asOf(database: TestDatabase, newest: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'lapak-before-'));
  const before = (await names('tenant')).filter((name) => name.slice(0, 4) <= newest);
  for (const name of before) await copyFile(join(migrationsDir('tenant'), name), join(dir, name));
  await database.db.query('DROP SCHEMA public CASCADE');
  await database.db.query('CREATE SCHEMA public');
  expect(await migrate(database.url, dir)).toHaveLength(before.length);
  await rm(dir, { recursive: true });
}

async function firstVersion(database: TestDatabase): Promise<void> {
  await asOf(database, '0001');
  await sellAsBefore(database.db);
}

/** Invoices of the gateway's API v1: two shown, one asked for, one of a deposit, one that expired and is still asked about. */
async function openInvoices(database: TestDatabase): Promise<void> {
  await asOf(database, '0011');
  const { db } = database;
  await db.query(`INSERT INTO users (id, first_name, started_at) VALUES ($1, 'Budi', now())`, [BUDI]);
  await db.query(`INSERT INTO products (code, name, price) VALUES ('A', 'Akun A', 20000)`);
  await db.query(
    `INSERT INTO orders (ref, user_id, status, method, subtotal, total, checkout_message_id)
     VALUES ('tg777001-satu', $1, 'awaiting_payment', 'qris', 20000, 20000, 5),
            ('tg777001-dua', $1, 'awaiting_payment', 'qris', 20000, 20000, 9),
            ('tg777001-tiga', $1, 'awaiting_payment', 'qris', 20000, 20000, 13),
            ('tg777001-lewat', $1, 'expired', 'qris', 20000, 20000, 17)`,
    [BUDI],
  );
  await db.query(`INSERT INTO order_lines SELECT id, 1, 'Akun A', 20000, 1 FROM orders`);
  await db.query(
    `INSERT INTO deposits (ref, user_id, method, amount, status, message_id)
     VALUES ('dp777001-empat', $1, 'qris', 50000, 'awaiting_payment', 21)`,
    [BUDI],
  );
  await db.query(
    `INSERT INTO payments (ref, order_id, deposit_id, user_id, gateway, method, amount, status, payment_number, expires_at,
                           invoice_message_id, invoice_closed_at, next_check_at)
     SELECT ref, id, NULL, user_id, 'pakasir', 'qris', total,
            CASE ref WHEN 'tg777001-tiga' THEN 'creating' WHEN 'tg777001-lewat' THEN 'expired' ELSE 'pending' END,
            'qr', now() + interval '1 hour', CASE WHEN ref <> 'tg777001-tiga' THEN 30 + id END,
            CASE WHEN ref = 'tg777001-lewat' THEN now() END, now() FROM orders
     UNION ALL SELECT ref, NULL, id, user_id, 'pakasir', 'qris', amount, 'pending', 'qr', now() + interval '1 hour', 40, NULL, now()
       FROM deposits`,
  );
  const key = sealingKey(KEY);
  for (let orderId = 1; orderId <= 3; orderId += 1) {
    const content = `barang-${orderId}`;
    await db.query(
      `INSERT INTO stock_units (product_id, content, fingerprint, status, order_id, added_by) VALUES (1, $1, $2, 'reserved', $3, 1)`,
      [seal(content, key, 'stock:1'), fingerprint(content, key), orderId],
    );
  }
}

const names = async (kind: 'tenant' | 'control') => (await readdir(migrationsDir(kind))).sort();

test.each(['tenant', 'control'] as const)(
  'migrations of a %s are numbered one by one, and say what they are',
  async (kind) => {
    for (const [index, name] of (await names(kind)).entries()) {
      expect(name).toMatch(new RegExp(`^${String(index + 1).padStart(4, '0')}_[a-z_]+\\.sql$`));
      expect(await readFile(join(migrationsDir(kind), name), 'utf8')).toMatch(/^-- [A-Z]/);
    }
  },
);

test('a store of the first version goes on with its orders, goods, balances and words', async () => {
  shop = await startTestStore({ env: { DATA_ENCRYPTION_KEY: KEY }, prepare: firstVersion, start: false });
  const budi = await shop.client.createUser({ id: BUDI, firstName: 'Budi' });
  const chat = budi.chatWith(shop.bot);
  await chat.send('/start');
  await shop.restart();
  const { db } = shop.database;
  const applied = await db.query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY id');
  expect(applied.map(({ name }) => `${name}.sql`)).toEqual(await names('tenant'));

  await chat.waitFor('Uangmu jadi saldo ya', { since: 0 });
  await chat.waitFor('barang-2', { since: 0 });
  await chat.waitFor('Jangan ganti sandi', { since: 0 });
  await chat.waitFor('Halo dari templat lama, Warung', { since: 0 });

  shop.clock.advance(5000);
  await chat.send('ℹ️ Informasi');
  expect((await chat.waitFor('Informasi Akun')).text).toContain('Rp20.000');
  await chat.tap('🧾 Riwayat Transaksi');
  const history = await chat.waitFor('halaman 1 dari');
  for (const part of ['aaaaa', 'bbbbb', 'ccccc']) expect(history.text).toContain(`tg777001-${part}`);

  shop.clock.advance(5000);
  await chat.send('/start p_A');
  await chat.waitFor('Akun A');
  await chat.tap('🧺 Lanjut ke Keranjang');
  await chat.waitFor('Rp20.000');
  await chat.tap('💳 Lanjut ke Pembayaran');
  await chat.waitFor('Saldo kamu: Rp20.000');
  await chat.tap('💼 Saldo');
  await chat.waitFor('barang-3', { since: 0 });
  expect(await unbalanced(shop)).toEqual([]);

  const adminChat = shop.owner.chatWith(shop.bot);
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  await adminChat.tap('📓 Log Audit');
  await adminChat.waitFor('Menambah stok');
});

test('invoices that a store had open at its upgrade from API v1 are ended: stock, customer, seller, once', async () => {
  shop = await startTestStore({ env: { DATA_ENCRYPTION_KEY: KEY }, prepare: openInvoices, start: false });
  const budi = await shop.client.createUser({ id: BUDI, firstName: 'Budi' });
  const chat = budi.chatWith(shop.bot);
  await chat.send('/start');
  await shop.restart();
  const { db } = shop.database;
  const adminChat = shop.admin.chatWith(shop.bot);
  const list = await adminChat.waitFor('4 invoice lama ditutup', { since: 0 });
  for (const ref of ['tg777001-satu', 'tg777001-dua', 'tg777001-tiga', 'dp777001-empat'])
    expect(list.text).toContain(ref);
  expect(list.text).not.toContain('tg777001-lewat');
  await shop.owner.chatWith(shop.bot).waitFor('4 invoice lama ditutup', { since: 0 });
  for (const part of ['satu', 'dua', 'tiga', 'empat'])
    await chat.waitFor(new RegExp(`diperbarui[\\s\\S]*${part}`), { since: 0 });
  expect(await db.query("SELECT id FROM stock_units WHERE status <> 'available'")).toEqual([]);
  expect(await db.query('SELECT DISTINCT status, closed_reason AS reason FROM orders ORDER BY 1')).toEqual([
    { status: 'cancelled', reason: 'api_ended' },
    { status: 'expired', reason: null },
  ]);
  await expect.poll(() => db.query('SELECT id FROM payments WHERE invoice_closed_at IS NULL')).toEqual([]);
  expect(await db.query('SELECT id FROM payments WHERE next_check_at IS NOT NULL')).toEqual([]);
  // Nothing of them is asked of the gateway, which knows none of them.
  expect(await shop.client.pakasir.calls()).toEqual([]);

  await shop.restart();
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  expect((await adminChat.messages()).filter(({ text }) => text.includes('invoice lama ditutup'))).toHaveLength(1);
  // Money that came all the same is booked by hand.
  await adminChat.tapData('ord:paid:1', { force: true });
  await adminChat.waitFor('Tulis catatan');
  await adminChat.send('ada bukti transfer');
  await adminChat.waitFor('ada bukti transfer');
  await adminChat.tap('✅ Ya, Tandai Lunas');
  await chat.waitFor('barang-1', { since: 0 });
});
