import { afterEach, expect, test } from 'vitest';
import { buyUpToInvoice, pressQris, startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function statusOf(ref: string): Promise<string> {
  const [row] = await shop.database.db.query<{ status: string }>('SELECT status FROM orders WHERE ref = $1', [ref]);
  return row!.status;
}

async function silentGateway(): Promise<void> {
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
}

test('a fourth open invoice is refused with the reason', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['b1', 'b2', 'b3', 'b4'] });
  const { chat } = await shop.customer();
  for (let made = 0; made < 3; made += 1) {
    await buyUpToInvoice(chat, PRODUCT);
    shop.clock.advance(5000);
  }
  await pressQris(chat, PRODUCT);
  await chat.waitForToast('masih punya 3 invoice');
  expect(await shop.database.db.query('SELECT id FROM orders')).toHaveLength(3);
});

test('a customer whom an admin blocked may look, but not buy', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['b1'] });
  const { chat, person } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  await shop.database.db.query('UPDATE users SET blocked_at = now() WHERE id = $1', [person.id]);
  await pressQris(chat, PRODUCT);
  await chat.waitForToast('belum bisa berbelanja');
  expect(await shop.database.db.query('SELECT id FROM orders')).toHaveLength(0);
});

test('less than the gateway takes is refused with the least that it takes', async () => {
  shop = await startTestStore();
  const cheap = { code: 'C', name: 'Stiker', price: 499 };
  await shop.product({ ...cheap, contents: ['b1'] });
  const { chat } = await shop.customer();
  await chat.send(`/start p_${cheap.code}`);
  await chat.waitFor(cheap.name);
  await chat.tap('🧺 Lanjut ke Keranjang');
  await chat.waitFor('Keranjang Belanja');
  await chat.tap('💳 Lanjut ke Pembayaran');
  const choice = await chat.waitFor('QRIS baru bisa mulai Rp500');
  expect(choice.buttons.flat().map((button) => button.label)).not.toContain('💠 QRIS');
  // A button of when the cart was worth more.
  await chat.tapData('pay:via:0:499', { force: true });
  await chat.waitForToast('paling sedikit Rp500');
});

test('an expiry that the gateway does not answer holds the stock two minutes more, then gives it back', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['b1'] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.faults.add({ target: 'pakasir', method: 'status', kind: '5xx', times: 'always' });
  shop.clock.advance(61 * MINUTE);
  await shop.store.reconcile();
  expect(await statusOf(ref)).toBe('awaiting_payment');
  shop.clock.advance(3 * MINUTE);
  await shop.store.reconcile();
  expect(await statusOf(ref)).toBe('expired');
});

test('late money is found without a webhook, within a day', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  await silentGateway();
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  shop.clock.advance(2 * HOUR);
  await shop.store.reconcile();
  await chat.waitFor('Kedaluwarsa');
  await shop.client.pakasir.pay(ref);
  shop.clock.advance(HOUR);
  await shop.store.reconcile();
  await chat.waitFor('barang-1');
});

test.each([
  ['another order', { order_id: 'tg1-lain' }],
  ['another amount', { amount: 1 }],
  ['another project', { project: 'lain' }],
])('an invoice for %s is not shown: the order is cancelled, and its own transaction with it', async (_, lie) => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['b1'] });
  await shop.client.faults.add({ target: 'pakasir', method: 'create', kind: 'patch', changes: lie, times: 1 });
  const { chat } = await shop.customer();
  await pressQris(chat, PRODUCT);
  await chat.waitFor('layanan pembayaran sedang terganggu');
  const [unit] = await shop.database.db.query<{ status: string }>('SELECT status FROM stock_units');
  expect(unit?.status).toBe('available');
  const [order] = await shop.database.db.query<{ ref: string }>('SELECT ref FROM orders');
  await shop.client.pakasir.waitForStatus(order!.ref, 'canceled');
  await shop.owner.chatWith(shop.bot).waitFor('tidak cocok dengan tagihan', { since: 0 });
});

test('stock is held for a day at most, whatever time the gateway names', async () => {
  shop = await startTestStore();
  const changes = { expired_at: '2099-01-01T00:00:00.123456789Z' };
  await shop.client.faults.add({ target: 'pakasir', method: 'create', kind: 'patch', changes });
  await shop.product({ ...PRODUCT, contents: ['b1'] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  shop.clock.advance(25 * HOUR);
  await shop.store.reconcile();
  expect(await statusOf(ref)).toBe('expired');
});

test('somebody who is no longer an admin cannot finish marking an order paid', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['b1'] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const [order] = await shop.database.db.query<{ id: number }>('SELECT id FROM orders');
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.tapData(`ord:paid:${order!.id}`, { force: true });
  await adminChat.waitFor('Tulis catatan');
  shop.env.TELEGRAM_ADMIN_IDS = '1';
  await shop.restart();
  await adminChat.send('bayar tunai');
  const { chat: other } = await shop.customer('Lain');
  await other.send('/start');
  await other.waitFor('Selamat datang');
  expect(await statusOf(ref)).toBe('awaiting_payment');
});

test('a balance that is not the sum of its entries is told to the owner, once a day', async () => {
  shop = await startTestStore();
  const { person } = await shop.customer();
  await shop.database.db.query("INSERT INTO users (id, first_name) VALUES ($1, 'Budi')", [person.id]);
  await shop.database.db.query('INSERT INTO wallets (user_id, balance) VALUES ($1, 7000)', [person.id]);
  await shop.restart();
  const owner = shop.owner.chatWith(shop.bot);
  await owner.waitFor(`${person.id}: saldo Rp7.000, catatan Rp0`, { since: 0 });
  await shop.restart();
  const told = (await owner.messages()).filter((message) => message.text.includes('Saldo tidak cocok'));
  expect(told).toHaveLength(1);
});

test('housekeeping forgets old updates and sent messages, and nothing that still waits', async () => {
  shop = await startTestStore();
  const { db } = shop.database;
  await db.query(`INSERT INTO updates (update_id, handled_at) VALUES (1, now() - interval '4 days'), (2, now())`);
  await db.query(
    `INSERT INTO outbox (cause, chat_id, text, created_at, sent_at, refused) VALUES
       ('lama', 1, 'x', now() - interval '40 days', now() - interval '40 days', NULL),
       ('ditolak', 1, 'x', now() - interval '40 days', NULL, 'blocked'),
       ('baru', 1, 'x', now(), now(), NULL)`,
  );
  await db.query(
    `INSERT INTO owner_events (cause, kind, severity, text, at, taken_at)
     SELECT cause, 'log', 'warn', 'x', now(), at
       FROM (VALUES ('lama', now() - interval '40 days'), ('baru', now())) AS events (cause, at)`,
  );
  await shop.restart();
  await expect.poll(() => db.query('SELECT cause FROM owner_events')).toEqual([{ cause: 'baru' }]);
  await expect.poll(() => db.query('SELECT update_id AS id FROM updates WHERE update_id < 3')).toEqual([{ id: 2 }]);
  await expect
    .poll(() => db.query(`SELECT cause FROM outbox WHERE cause IN ('lama', 'ditolak', 'baru')`))
    .toEqual([{ cause: 'baru' }]);
});
