import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  ({ chat } = await shop.customer());
});
afterEach(() => shop.close());

const { answer, tap, tapData } = inTurns(() => ({ shop, chat }), 2000);

async function put(code: string) {
  await answer(`/start p_${code}`, '📊 Stok');
  return tap('🧺 Lanjut ke Keranjang', 'Keranjang Belanja');
}

test('one line of the cart is made more, fewer, or taken out, and the others stay', async () => {
  await shop.product({ code: 'a', name: 'Akun', price: 10_000, contents: ['a1', 'a2'] });
  await shop.product({ code: 'b', name: 'Buku', price: 5_000, contents: ['b1', 'b2', 'b3'] });
  await put('a');
  const cart = await put('b');
  expect(cart.text).toMatch(/1\. Akun[\s\S]*2\. Buku/);
  expect(labelsOf(cart).slice(0, 6)).toEqual(['➖ 1', '➕ 1', '🗑 1', '➖ 2', '➕ 2', '🗑 2']);
  const more = await tap('➕ 2', '2 × Rp5.000 = Rp10.000');
  expect(more.id).toBe(cart.id);
  expect(more.text).toContain('Total: Rp20.000');
  await tap('➕ 1', '2 × Rp10.000');
  shop.clock.advance(2000);
  await chat.tap('➕ 1');
  expect((await chat.waitForToast()).text).toContain('maksimal 2');
  await tap('➖ 2', '1 × Rp5.000');
  shop.clock.advance(2000);
  await chat.tap('➖ 2');
  expect((await chat.waitForToast()).text).toContain('🗑');
  const left = await tap('🗑 1', /1\. Buku/);
  expect(left.text).not.toContain('Akun');
  expect(left.text).toContain('Total: Rp5.000');
  await tap('🗑 1', 'Keranjangmu masih kosong');
});

test('quick taps on a line of the cart are counted all', async () => {
  await shop.product({
    code: 'a',
    name: 'Akun',
    price: 10_000,
    contents: Array.from({ length: 9 }, (_, n) => `a${n}`),
  });
  const cart = await put('a');
  shop.clock.advance(2000);
  const data = cart.buttons.flat().find((button) => button.label === '➕ 1')!.data!;
  for (let n = 0; n < 6; n += 1) await chat.tapData(data, { force: true, messageId: cart.id });
  await chat.waitFor('7 × Rp10.000', { since: 0 });
});

test('a cart of seven products is leafed through, every line with its buttons', async () => {
  for (let n = 1; n <= 7; n += 1) await shop.product({ code: `p${n}`, name: `Produk ${n}`, contents: ['x', 'y'] });
  for (let n = 1; n <= 7; n += 1) await put(`p${n}`);
  const first = (await chat.last())!;
  expect(labelsOf(first)).toContain('🗑 5');
  expect(labelsOf(first)).not.toContain('🗑 6');
  await tap('➡️', 'Keranjang Belanja');
  const last = await tap('➕ 7', '2 × Rp15.000');
  expect(labelsOf(last)).toContain('🗑 6');
  await tap('🗑 7', 'Keranjang Belanja');
  const back = await tap('🗑 6', 'Keranjang Belanja');
  expect(labelsOf(back)).toContain('🗑 1');
});

test('from the choice of a payment there is a way back to the cart, and from the cart to the products', async () => {
  await shop.product({ code: 'a', name: 'Akun', contents: ['a1'] });
  const cart = await put('a');
  await tap('💳 Lanjut ke Pembayaran', 'Pilih Metode Pembayaran');
  const again = await tap('⬅️ Kembali ke Keranjang', 'Keranjang Belanja');
  expect(again.id).toBe(cart.id);
  await tap('🛍 Tambah Produk Lain', 'Semua Produk');
});

test('a price that moved after it was shown is shown again before QRIS asks for it', async () => {
  await shop.product({ code: 'a', name: 'Akun', price: 20_000, contents: ['a1'] });
  await put('a');
  await tap('💳 Lanjut ke Pembayaran', 'Total: Rp20.000');
  await shop.database.db.query('UPDATE products SET price = 25000');
  shop.clock.advance(2000);
  await chat.tap('💠 QRIS');
  await chat.waitForToast('Total belanjamu baru saja berubah');
  await chat.waitFor('Total: Rp25.000');
  expect(await shop.database.db.query('SELECT id FROM orders')).toEqual([]);
  await tap('💠 QRIS', /Invoice tg\d+-\w+[\s\S]*Bayar sebelum/);
});

test('a QRIS button of an older version shows what is to be paid, and buys nothing', async () => {
  await shop.product({ code: 'a', name: 'Akun', price: 20_000, contents: ['a1'] });
  await put('a');
  await tapData('pay:qris', 'Pilih Metode Pembayaran');
  await chat.waitForToast('tombol lama');
  expect(await shop.database.db.query('SELECT id FROM orders')).toEqual([]);
});
