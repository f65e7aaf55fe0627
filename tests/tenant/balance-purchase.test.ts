import { afterEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { balanceOf, unbalanced } from '../support/deposits.ts';
import { openRooms } from '../support/modules.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { labelsOf } from '../support/turns.ts';

let shop: TestStore;
afterEach(async () => {
  expect(await unbalanced(shop)).toEqual([]);
  await shop.close();
});

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

/** Money that came into a balance before the test. */
async function endow(userId: number, amount: number): Promise<void> {
  await shop.database.db.query(
    `INSERT INTO ledger_entries (user_id, amount, kind, source, note) VALUES ($1, $2, 'adjustment', $3, 'awal')`,
    [userId, amount, `test:${userId}`],
  );
  await shop.database.db.query('INSERT INTO wallets (user_id, balance) VALUES ($1, $2)', [userId, amount]);
}

async function upToChoice(chat: ChatClient) {
  shop.clock.advance(5000);
  await chat.send(`/start p_${PRODUCT.code}`);
  await chat.waitFor(PRODUCT.name);
  await chat.tap('🧺 Lanjut ke Keranjang');
  await chat.waitFor('Rp20.000');
  await chat.tap('💳 Lanjut ke Pembayaran');
  return chat.waitFor('Pilih Metode Pembayaran');
}

async function customerWith(balance: number) {
  const customer = await shop.customer();
  await customer.chat.send('/start');
  await customer.chat.waitFor('Selamat datang');
  if (balance > 0) await endow(customer.person.id, balance);
  return customer;
}

test('an order paid by balance is delivered, booked and told, and the gateway is never asked', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await customerWith(50_000);
  const choice = await upToChoice(chat);
  expect(choice.text).toContain('Saldo kamu: Rp50.000');
  await chat.tap('💼 Saldo');
  const paid = await chat.waitFor('Dibayar dengan Saldo');
  expect(paid.id).toBe(choice.id);
  expect(paid.text).toContain('Sisa saldo: Rp30.000');
  await chat.waitFor('barang-1', { since: 0 });
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.waitFor(/✅ Order[\s\S]*Saldo · Rp20\.000[\s\S]*barang terkirim/, { since: 0 });
  await shop.owner.chatWith(shop.bot).waitFor(/lunas, Rp20\.000/, { since: 0 });

  expect(await balanceOf(shop, person.id)).toBe(30_000);
  const [order] = await shop.database.db.query<{ id: number }>('SELECT id, method, status, settled_by FROM orders');
  expect(order).toMatchObject({ method: 'balance', status: 'delivered', settled_by: 'balance' });
  expect(await shop.database.db.query(`SELECT amount, source FROM ledger_entries WHERE kind = 'purchase'`)).toEqual([
    { amount: -20_000, source: `order:${order!.id}` },
  ]);
  expect(await shop.client.pakasir.calls({})).toHaveLength(0);
});

test('a balance that does not cover the total is not offered, nor taken by an old button', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await customerWith(19_999);
  expect(labelsOf(await upToChoice(chat))).not.toContain('💼 Saldo');
  await chat.tapData('pay:balance:20000', { force: true });
  await chat.waitForToast('Saldomu tidak cukup');
  expect(await balanceOf(shop, person.id)).toBe(19_999);
  expect(await shop.database.db.query('SELECT id FROM orders')).toHaveLength(0);
});

test('a price that changed under the button is shown before anything is paid', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await customerWith(50_000);
  await upToChoice(chat);
  await shop.database.db.query('UPDATE products SET price = 25000');
  await chat.tap('💼 Saldo');
  await chat.waitForToast('baru saja berubah');
  await chat.waitFor('Total: Rp25.000');
  expect(await balanceOf(shop, person.id)).toBe(50_000);
  await chat.tap('💼 Saldo');
  await chat.waitFor('Sisa saldo: Rp25.000');
});

test('what is too small for QRIS is paid by balance', async () => {
  shop = await startTestStore();
  await shop.product({ code: 'kecil', name: 'Akun Kecil', price: 300, contents: ['barang-1'] });
  const { chat, person } = await customerWith(1000);
  await chat.send('/start p_kecil');
  await chat.waitFor('Akun Kecil');
  await chat.tap('🧺 Lanjut ke Keranjang');
  await chat.waitFor('Rp300');
  await chat.tap('💳 Lanjut ke Pembayaran');
  expect(labelsOf(await chat.waitFor('QRIS baru bisa mulai Rp500'))).not.toContain('💠 QRIS');
  await chat.tap('💼 Saldo');
  await chat.waitFor('Sisa saldo: Rp700');
  await chat.waitFor('barang-1', { since: 0 });
  expect(await balanceOf(shop, person.id)).toBe(700);
});

test('whoever lacks balance fills it on the way, and goes on from the message that says so', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat } = await customerWith(0);
  await upToChoice(chat);
  shop.clock.advance(5000);
  await chat.tap('💰 Deposit');
  await chat.waitFor('Deposit Saldo');
  await chat.tap('💠 QRIS');
  await chat.waitFor('Pilih nominalnya');
  await chat.tap('25.000');
  await shop.client.pakasir.pay(/dp\d+-\w+/.exec((await chat.waitFor(/Invoice dp/)).text)![0]);
  await chat.waitFor('Deposit Rp25.000 sudah masuk');
  shop.clock.advance(5000);
  await chat.tap('🧺 Lihat Keranjang');
  await chat.waitFor('Keranjang Belanja');
  await chat.tap('💳 Lanjut ke Pembayaran');
  await chat.waitFor('Saldo kamu: Rp25.000');
  await chat.tap('💼 Saldo');
  await chat.waitFor('barang-1', { since: 0 });
});

test('a double tap on the balance makes one order; the same message may pay for another cart later', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2', 'barang-3'] });
  const { chat, person } = await customerWith(60_000);
  const choice = await upToChoice(chat);
  await Promise.all([1, 2, 3].map(() => chat.tapData('pay:balance:20000', { force: true, messageId: choice.id })));
  await chat.waitForToast('sudah dibayar');
  expect(await shop.database.db.query('SELECT id FROM orders')).toHaveLength(1);
  expect(await balanceOf(shop, person.id)).toBe(40_000);
  const [product] = await shop.database.db.query<{ id: number }>('SELECT id FROM products');
  await chat.tapData(`cart:add:${product!.id}:1`, { force: true, messageId: choice.id });
  await chat.waitFor('Keranjang Belanja');
  await chat.tapData('pay:balance:20000', { force: true, messageId: choice.id });
  await chat.waitFor('Sisa saldo: Rp20.000');
});

test('a blocked customer pays nothing, a sold-out product takes nothing', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await customerWith(50_000);
  await upToChoice(chat);
  await shop.database.db.query(`UPDATE stock_units SET status = 'removed'`);
  await chat.tap('💼 Saldo');
  await chat.waitForToast('baru saja berkurang');
  await shop.database.db.query(`UPDATE users SET blocked_at = now() WHERE id = $1`, [person.id]);
  await chat.tapData('pay:balance:20000', { force: true });
  await chat.waitForToast('belum bisa berbelanja');
  expect(await balanceOf(shop, person.id)).toBe(50_000);
  expect(await shop.database.db.query('SELECT id FROM orders')).toHaveLength(0);
});

test('twenty purchases at once against a balance for three: three are paid, the books balance', async () => {
  shop = await startTestStore();
  const productId = await shop.product({
    ...PRODUCT,
    contents: Array.from({ length: 20 }, (_, index) => `barang-${index}-x`),
  });
  const { person } = await customerWith(70_000);
  const second = await openRooms(shop);
  const { cart, orders } = second.modules;
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      second.db.tx(async (tx) => {
        await cart.put(tx, person.id, productId, 1);
        return (await orders.checkout(tx, person, 1000 + index, { method: 'balance', total: 20_000 })).kind;
      }),
    ),
  ).finally(() => second.close());
  expect(outcomes.filter((kind) => kind === 'created')).toHaveLength(3);
  expect(outcomes.filter((kind) => kind === 'insufficient')).toHaveLength(17);
  expect(await balanceOf(shop, person.id)).toBe(10_000);
  expect(await shop.database.db.query(`SELECT id FROM ledger_entries WHERE kind = 'purchase'`)).toHaveLength(3);
  expect(await shop.database.db.query(`SELECT id FROM stock_units WHERE status <> 'available'`)).toHaveLength(3);
});

test('whoever takes from one balance at once waits for the other, and none falls below zero', async () => {
  shop = await startTestStore();
  const { person } = await customerWith(70_000);
  const second = await openRooms(shop);
  const { wallet } = second.modules;
  const taken = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      second.db.tx(async (tx) => {
        const held = await wallet.hold(tx, person.id);
        if (held < 20_000) return false;
        await wallet.spend(tx, { userId: person.id, amount: 20_000, source: `order:${1000 + index}`, note: 'uji' });
        return true;
      }),
    ),
  ).finally(() => second.close());
  expect(taken.filter(Boolean)).toHaveLength(3);
  expect(await balanceOf(shop, person.id)).toBe(10_000);
});
