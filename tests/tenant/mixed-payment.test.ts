import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { balanceOf, unbalanced } from '../support/deposits.ts';
import { openRooms } from '../support/modules.ts';
import { misbooked, orderOf } from '../support/orders.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { labelsOf } from '../support/turns.ts';
import { upToCart, useCode, voucher } from '../support/vouchers.ts';

const PRODUCT = { code: 'A', name: 'Akun A', price: 15_000 };
const MIXED = '💼 Pakai Saldo Rp7.000 + QRIS Rp8.000';
const HOUR = 3_600_000;

let shop: TestStore;
beforeEach(async () => {
  shop = await startTestStore();
});
afterEach(async () => {
  expect(await unbalanced(shop)).toEqual([]);
  expect(await misbooked(shop)).toEqual([]);
  await shop.close();
});

async function customerWith(balance: number, name = 'Budi') {
  const customer = await shop.customer(name);
  await customer.chat.send('/start');
  await customer.chat.waitFor('Selamat datang');
  await endow(customer.person.id, balance);
  return customer;
}

/** Money that came into a balance before the test. */
async function endow(userId: number, amount: number): Promise<void> {
  await shop.database.db.query(
    `INSERT INTO ledger_entries (user_id, amount, kind, source, note) VALUES ($1, $2, 'adjustment', $3, 'awal')`,
    [userId, amount, `test:${userId}`],
  );
  await shop.database.db.query('INSERT INTO wallets (user_id, balance) VALUES ($1, $2)', [userId, amount]);
}

async function upToChoice(chat: ChatClient) {
  await upToCart(shop, chat, PRODUCT);
  await chat.tap('💳 Lanjut ke Pembayaran');
  return chat.waitFor('Pilih Metode Pembayaran');
}

/** From the product to the invoice over what the balance does not pay. */
async function buyMixed(chat: ChatClient, label = MIXED) {
  await upToChoice(chat);
  await chat.tap(label);
  const invoice = await chat.waitFor(/Invoice tg\d+-\w+[\s\S]*Bayar sebelum/);
  const ref = /tg\d+-\w+/.exec(invoice.text)![0];
  return { ref, invoice, order: await orderOf(shop, ref) };
}

const stock = async () =>
  (await shop.database.db.query<{ status: string }>('SELECT status FROM stock_units ORDER BY id')).map(
    ({ status }) => status,
  );

test('the balance pays its part, QRIS the rest, and the goods come when both are there', async () => {
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await customerWith(7_000);
  const { ref, invoice, order } = await buyMixed(chat);
  expect(invoice.text).toContain('Subtotal: Rp15.000');
  expect(invoice.text).toContain('Dari saldo: -Rp7.000');
  expect(await shop.database.db.query('SELECT amount FROM payments')).toEqual([{ amount: 8_000 }]);
  expect(await balanceOf(shop, person.id)).toBe(0);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-1', { since: 0 });
  await shop.admin.chatWith(shop.bot).waitFor(/Saldo Rp7\.000 \+ QRIS Rp8\.000[\s\S]*barang terkirim/, { since: 0 });
  expect(await balanceOf(shop, person.id)).toBe(0);
  expect(await orderOf(shop, ref)).toMatchObject({ id: order.id, status: 'delivered', total: 15_000 });
});

test('what a voucher or the balance leaves is never less than the gateway takes', async () => {
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  await voucher(shop, { kind: 'rupiah', value: 5_000 });
  const { chat, person } = await customerWith(9_800);
  await upToCart(shop, chat, PRODUCT);
  await useCode(shop, chat);
  await chat.tap('💳 Lanjut ke Pembayaran');
  await chat.waitFor('Total: Rp10.000');
  await chat.tap('💼 Pakai Saldo Rp9.500 + QRIS Rp500');
  const invoice = await chat.waitFor(/Invoice tg\d+-\w+[\s\S]*Bayar sebelum/);
  expect(await balanceOf(shop, person.id)).toBe(300);
  await shop.client.pakasir.pay(/tg\d+-\w+/.exec(invoice.text)![0]);
  await chat.waitFor('barang-1', { since: 0 });
});

test('whoever has nothing, or enough, is not offered both; a forged part buys nothing', async () => {
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat } = await customerWith(15_000);
  const rich = await upToChoice(chat);
  expect(labelsOf(rich).some((label) => label.includes('Pakai Saldo'))).toBe(false);
  shop.clock.advance(5000);
  for (const data of ['pay:mixed:0:15000:15000', 'pay:mixed:0:15000:-20000', 'pay:mixed:0:15000:14999']) {
    await chat.tapData(data, { force: true, messageId: rich.id });
    await chat.waitForToast('paling sedikit');
  }
  const { chat: poor } = await customerWith(1_000, 'Ani');
  const choice = await upToChoice(poor);
  await poor.tapData('pay:mixed:0:15000:7000', { force: true, messageId: choice.id });
  await poor.waitForToast('tidak cukup');
  expect(await shop.database.db.query('SELECT id FROM orders')).toEqual([]);
});

test('cancelled or expired, the balance has its part back, once, and the customer reads of it', async () => {
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await customerWith(7_000);
  const first = await buyMixed(chat);
  const cancel = () => chat.tapData(`pay:cancel:${first.order.id}`, { force: true });
  await Promise.all([cancel(), cancel(), cancel()]);
  await chat.waitFor(new RegExp(`Saldo Rp7\\.000 yang dipakai untuk pesanan ${first.ref}`), { since: 0 });
  expect(await balanceOf(shop, person.id)).toBe(7_000);
  const second = await buyMixed(chat);
  expect(await balanceOf(shop, person.id)).toBe(0);
  shop.clock.advance(2 * HOUR);
  await shop.store.reconcile();
  await chat.waitFor(new RegExp(`Saldo Rp7\\.000 yang dipakai untuk pesanan ${second.ref}`), { since: 0 });
  expect(await balanceOf(shop, person.id)).toBe(7_000);
  expect(await stock()).toEqual(['available']);
});

test('paid after it expired, the part is taken again if it is there; else the QRIS money becomes balance', async () => {
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2'] });
  const { chat, person } = await customerWith(7_000);
  const late = await buyMixed(chat);
  shop.clock.advance(2 * HOUR);
  await shop.store.reconcile();
  await chat.waitFor('sudah kembali', { since: 0 });
  await shop.client.pakasir.pay(late.ref);
  await chat.waitFor('barang-1', { since: 0 });
  expect(await balanceOf(shop, person.id)).toBe(0);

  const { chat: other, person: ani } = await customerWith(7_000, 'Ani');
  const spent = await buyMixed(other);
  shop.clock.advance(2 * HOUR);
  await shop.store.reconcile();
  await other.waitFor('sudah kembali', { since: 0 });
  const second = await openRooms(shop);
  await second.db
    .tx((tx) => second.modules.wallet.adjust(tx, { userId: ani.id, amount: -6_000, source: 'uji', note: 'uji' }))
    .finally(() => second.close());
  await shop.client.pakasir.pay(spent.ref);
  await other.waitFor('saldomu sudah tidak cukup', { since: 0 });
  expect(await balanceOf(shop, ani.id)).toBe(9_000);
  expect((await orderOf(shop, spent.ref)).status).toBe('credited');
  expect(await stock()).toEqual(['sold', 'available']);
});

test('ended and paid in the same moment, ten times over: all or nothing, and the books balance', async () => {
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await customerWith(7_000);
  const silent = await shop.client.faults.add({ target: 'pakasir', method: 'webhook', kind: '5xx', times: 'always' });
  const { ref, order } = await buyMixed(chat);
  await shop.client.pakasir.pay(ref);
  const second = await openRooms(shop, 12);
  const { payments } = second.modules;
  const subject = { kind: 'order', id: order.id } as const;
  const payment = (await payments.find(second.db, ref))!;
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      index % 2 === 0
        ? second.db.tx((tx) => payments.cancel(tx, subject, 'by_customer'))
        : payments.check(payment, 'reconcile'),
    ),
  ).finally(() => second.close());
  await chat.waitFor('barang-1', { since: 0 });
  await silent.remove();
  expect(await balanceOf(shop, person.id)).toBe(0);
  expect(await stock()).toEqual(['sold']);
  const [sum] = await shop.database.db.query<{ sum: number }>('SELECT sum(amount)::bigint AS sum FROM ledger_entries');
  expect(sum!.sum).toBe(0);
});

test('a refund of such an order gives back what was paid in both ways, and not more', async () => {
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await customerWith(7_000);
  const { ref, order } = await buyMixed(chat);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-1', { since: 0 });
  const second = await openRooms(shop);
  const give = (amount: number, seen: number) =>
    second.db.tx((tx) => second.modules.refunds.give(tx, order.id, { amount, seen, reason: 'uji' }));
  expect((await give(15_001, 0)).kind).toBe('not_refundable');
  expect((await give(15_000, 0)).kind).toBe('refunded');
  await second.close();
  expect(await balanceOf(shop, person.id)).toBe(15_000);
});
