import { afterEach, expect, test } from 'vitest';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };
const HOUR = 3_600_000;

async function countGoods(chat: { messages(): Promise<{ text: string }[]> }, content: string): Promise<number> {
  return (await chat.messages()).filter((message) => message.text.includes(content)).length;
}

async function balanceOf(userId: number): Promise<number> {
  const [row] = await shop.database.db.query<{ balance: number }>('SELECT balance FROM wallets WHERE user_id = $1', [
    userId,
  ]);
  return row?.balance ?? 0;
}

test('webhook, status button, reconcile timer and an admin settle one order at once, ten times: one delivery', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2', 'barang-3'] });
  const { chat, person } = await shop.customer();
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.waitFor(ref);
  const [order] = await shop.database.db.query<{ id: number }>('SELECT id FROM orders WHERE ref = $1', [ref]);
  await adminChat.tapData(`ord:paid:${order!.id}`, { force: true });
  await adminChat.waitFor('Tulis catatan');
  await adminChat.send('bayar tunai');
  await adminChat.waitFor('Tandai lunas?');
  await shop.client.pakasir.pay(ref);
  const webhook = `http://127.0.0.1:${shop.ports.pakasirPort}/webhooks/pakasir`;
  const { txnId } = await shop.client.pakasir.transaction(ref);
  const body = JSON.stringify({ txn_id: txnId, order_id: ref, amount: 20_000, status: 'completed' });
  const post = () => fetch(webhook, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  await shop.database.db.query('UPDATE payments SET next_check_at = now() WHERE ref = $1', [ref]);
  const settling = Array.from({ length: 10 }, () => [
    post(),
    chat.tapData(`pay:status:${order!.id}`, { force: true }),
    shop.store.reconcile(),
  ]).flat();
  await Promise.all([...settling, adminChat.tap('✅ Ya, Tandai Lunas')]);
  await chat.waitFor('barang-1', { since: 0 });
  await adminChat.waitFor(/barang terkirim/, { since: 0 });

  expect(await countGoods(chat, 'barang-1')).toBe(1);
  expect(await countGoods(chat, 'barang-2')).toBe(0);
  const units = await shop.database.db.query(`SELECT id FROM stock_units WHERE status = 'sold'`);
  expect(units).toHaveLength(1);
  // There was one payment, so whoever was first, nothing of it becomes balance.
  await shop.database.db.query('UPDATE payments SET next_check_at = now() WHERE ref = $1', [ref]);
  await shop.store.reconcile();
  expect(await balanceOf(person.id)).toBe(0);
});

test('an invoice that is not paid in time gives its stock back and tells the customer', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const invoice = await chat.waitFor(ref);
  shop.clock.advance(2 * HOUR);
  await shop.store.reconcile();
  await chat.waitFor('Kedaluwarsa');
  await chat.waitForDeleted(invoice.id);
  const [unit] = await shop.database.db.query<{ status: string }>('SELECT status FROM stock_units');
  expect(unit?.status).toBe('available');
  await shop.admin.chatWith(shop.bot).waitFor(new RegExp(String.raw`❌ Order ${ref}[\s\S]*Kedaluwarsa`), { since: 0 });
});

test('a payment after expiry is delivered while stock is there', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  shop.clock.advance(2 * HOUR);
  await shop.store.reconcile();
  await chat.waitFor('Kedaluwarsa');
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('masuk setelah waktunya habis');
  await chat.waitFor('barang-1');
  expect(await balanceOf(person.id)).toBe(0);
});

test('a payment after expiry without stock becomes balance, once, and everybody is told', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  shop.clock.advance(2 * HOUR);
  await shop.store.reconcile();
  await chat.waitFor('Kedaluwarsa');
  await shop.database.db.query(`UPDATE stock_units SET status = 'removed'`);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor(/Rp20\.000 sudah kami masukkan utuh ke saldomu/);
  await shop.client.pakasir.notify(ref);
  await shop.client.pakasir.notify(ref);
  expect(await balanceOf(person.id)).toBe(20_000);
  await shop.admin.chatWith(shop.bot).waitFor(/masuk ke saldo pembeli/, { since: 0 });
  await shop.owner.chatWith(shop.bot).waitFor(/masuk ke saldo pembeli/, { since: 0 });
});

test('an order that an admin marked paid and the customer paid too is delivered once and credited once', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2'] });
  const { chat, person } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const [order] = await shop.database.db.query<{ id: number }>('SELECT id FROM orders WHERE ref = $1', [ref]);
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.tapData(`ord:paid:${order!.id}`, { force: true });
  await adminChat.waitFor('Tulis catatan');
  await adminChat.send('bayar tunai di toko');
  await adminChat.waitFor('Tandai lunas?');
  await adminChat.tap('✅ Ya, Tandai Lunas');
  await adminChat.waitFor('Barangnya sedang dikirim');
  await chat.waitFor('barang-1');
  await shop.client.pakasir.pay(ref, { force: true });
  await chat.waitFor('terbayar dua kali', { since: 0 });
  expect(await balanceOf(person.id)).toBe(20_000);
  expect(await countGoods(chat, 'barang-')).toBe(1);
  const [audit] = await shop.database.db.query<{ action: string }>('SELECT action FROM audit_log');
  expect(audit?.action).toBe('order.marked_paid');
});

test('a cancelled order gives its stock back; a second press says that it is closed', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const invoice = await chat.waitFor(ref);
  await chat.tap('❌ Batalkan Pembelian');
  await chat.waitFor(/dibatalkan/);
  await chat.waitForDeleted(invoice.id);
  await shop.client.pakasir.waitForStatus(ref, 'canceled');
  const [order] = await shop.database.db.query<{ id: number }>('SELECT id FROM orders');
  await chat.tapData(`pay:cancel:${order!.id}`, { force: true });
  await chat.waitForToast('sudah ditutup');
  const [unit] = await shop.database.db.query<{ status: string }>('SELECT status FROM stock_units');
  expect(unit?.status).toBe('available');
});

test('a gateway that talks of another amount alarms the owner, settles nothing and holds no stock for ever', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const changes = { amount: 1, status: 'completed' };
  await shop.client.faults.add({ target: 'pakasir', method: 'status', kind: 'patch', changes, times: 'always' });
  await shop.client.pakasir.notify(ref, { changes: { status: 'completed' } });
  await shop.owner.chatWith(shop.bot).waitFor('tidak cocok dengan tagihan', { since: 0 });
  shop.clock.advance(2 * HOUR);
  await shop.store.reconcile();
  const [order] = await shop.database.db.query<{ status: string }>('SELECT status FROM orders');
  expect(order?.status).toBe('expired');
  const [unit] = await shop.database.db.query<{ status: string }>('SELECT status FROM stock_units');
  expect(unit?.status).toBe('available');
});
