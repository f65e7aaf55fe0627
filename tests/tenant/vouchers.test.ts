import { afterEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { balanceOf, unbalanced } from '../support/deposits.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { labelsOf } from '../support/turns.ts';
import { upToCart, useCode, usesOf, voucher } from '../support/vouchers.ts';

let shop: TestStore;
afterEach(async () => {
  expect(await unbalanced(shop)).toEqual([]);
  await shop.close();
});

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };
const HOUR = 3_600_000;

const orders = () =>
  shop.database.db.query<{ id: number; ref: string; status: string; discount: number; total: number }>(
    'SELECT id, ref, status, discount, total FROM orders ORDER BY id',
  );

async function open(contents: readonly string[] = ['barang-1', 'barang-2'], price = PRODUCT.price) {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, price, contents });
  return shop.customer();
}

/** From the cart to the invoice. */
async function payByQris(chat: ChatClient): Promise<string> {
  shop.clock.advance(5000);
  await chat.tap('💳 Lanjut ke Pembayaran');
  await chat.waitFor('Pilih Metode Pembayaran');
  await chat.tap('💠 QRIS');
  const invoice = await chat.waitFor(/Invoice (tg\d+-\w+)/);
  return /tg\d+-\w+/.exec(invoice.text)![0];
}

test('a code in any case takes its percent off the cart, the invoice and the receipt', async () => {
  const { chat } = await open();
  await voucher(shop, { value: 15 });
  expect(labelsOf(await upToCart(shop, chat, PRODUCT))).toContain('🎟️ Gunakan Kupon');
  const cart = await useCode(shop, chat, ' hEmAt ');
  expect(cart.text).toMatch(/Subtotal: Rp20\.000\n🎟️ Kupon HEMAT: -Rp3\.000\nTotal: Rp17\.000/);
  expect(labelsOf(cart)).toContain('❌ Lepas Kupon');
  await shop.restart();
  const ref = await payByQris(chat);
  const invoice = await chat.waitFor(ref, { since: 0 });
  expect(invoice.text).toMatch(/Subtotal: Rp20\.000\n🎟️ Kupon HEMAT: -Rp3\.000\nBiaya Layanan/);
  expect(await shop.client.pakasir.transaction(ref)).toMatchObject({ amount: 17_000 });
  expect(await orders()).toMatchObject([{ discount: 3000, total: 17_000 }]);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-1', { since: 0 });
  await chat.waitFor('Rp17.000 (hemat Rp3.000)', { since: 0 });
  await shop.admin.chatWith(shop.bot).waitFor(/Kupon HEMAT: -Rp3\.000[\s\S]*barang terkirim/, { since: 0 });
  expect(await usesOf(shop)).toBe(1);
  const next = await upToCart(shop, chat, PRODUCT);
  expect(next.text).toContain('Total: Rp20.000');
});

test('a voucher is taken off again, and leaves with the cart', async () => {
  const { chat } = await open();
  await voucher(shop);
  await upToCart(shop, chat, PRODUCT);
  await useCode(shop, chat);
  await chat.tap('❌ Lepas Kupon');
  expect((await chat.waitFor('Keranjang Belanja')).text).toContain('Total: Rp20.000');
  await useCode(shop, chat);
  await chat.tap('❌ Batal');
  await chat.waitFor('dikosongkan');
  expect((await upToCart(shop, chat, PRODUCT)).text).toContain('Total: Rp20.000');
});

test('each code that takes nothing off says why, asks again, and no wrong input loses the question', async () => {
  const { chat } = await open();
  const ids = new Map<string, number>();
  for (const code of ['MATI', 'BESOK', 'KEMARIN', 'HABIS']) ids.set(code, await voucher(shop, { code }));
  await shop.database.db.query(`UPDATE vouchers SET active = false WHERE code = 'MATI'`);
  await shop.database.db.query(`UPDATE vouchers SET starts_on = '2999-12-31' WHERE code = 'BESOK'`);
  await shop.database.db.query(`UPDATE vouchers SET ends_on = '2020-02-29' WHERE code = 'KEMARIN'`);
  const { person } = await shop.customer('Lain');
  await person.chatWith(shop.bot).send('/start');
  await person.chatWith(shop.bot).waitFor('Selamat datang', { since: 0 });
  await shop.database.db.query(
    `WITH made AS (INSERT INTO orders (ref, user_id, status, method, subtotal, total, checkout_message_id)
       SELECT 'tg1-' || n, $1, 'delivered', 'qris', 1000, 1000, 1 FROM generate_series(1, 100) n RETURNING id)
     INSERT INTO voucher_uses (order_id, voucher_id, user_id, taken_at) SELECT id, $2, $1, now() FROM made`,
    [person.id, ids.get('HABIS')],
  );
  await upToCart(shop, chat, PRODUCT);
  await chat.tap('🎟️ Gunakan Kupon');
  await chat.waitFor('Ketik kode');
  for (const [typed, reason] of [
    ['NGARANG', 'tidak kami kenal'],
    ["'; DROP TABLE vouchers; --", 'tidak kami kenal'],
    ['<b>🎉</b>', 'tidak kami kenal'],
    ['x'.repeat(4000), 'tidak kami kenal'],
    ['mati', 'tidak aktif'],
    ['besok', 'mulai 31 Desember 2999'],
    ['kemarin', 'berakhir pada 29 Februari 2020'],
    ['habis', 'sudah habis'],
  ] as const) {
    shop.clock.advance(5000);
    await chat.send(typed);
    await chat.waitFor(reason);
  }
  await chat.sendPhoto({ bytes: PIXEL });
  await chat.waitFor('dalam bentuk teks');
  await chat.tap('🧺 Lihat Keranjang');
  await chat.waitFor('Total: Rp20.000');
  expect(await shop.database.db.query('SELECT wizard FROM conversations')).toEqual([]);
});

test('a voucher that ends while it is in the cart falls away with the reason, at the cart and at the payment', async () => {
  const { chat } = await open();
  const id = await voucher(shop);
  await upToCart(shop, chat, PRODUCT);
  await useCode(shop, chat);
  await shop.database.db.query('UPDATE vouchers SET active = false WHERE id = $1', [id]);
  const fallen = await upToCart(shop, chat, PRODUCT);
  expect(fallen.text).toContain('Kupon HEMAT kami lepas dari keranjang. Kupon ini sedang tidak aktif.');
  expect(fallen.text).toContain('Total: Rp20.000');

  await shop.database.db.query('UPDATE vouchers SET active = true WHERE id = $1', [id]);
  await useCode(shop, chat);
  await chat.tap('💳 Lanjut ke Pembayaran');
  await chat.waitFor('Total: Rp18.000');
  await shop.database.db.query(`UPDATE vouchers SET ends_on = '2020-01-01' WHERE id = $1`, [id]);
  await chat.tap('💠 QRIS');
  expect((await chat.waitForToast('Kupon HEMAT kami lepas')).text).toContain('sudah berakhir');
  await chat.waitFor('Total: Rp20.000');
  expect(await orders()).toEqual([]);
});

test('an open order holds its voucher; cancelled, the use is free again; paid late, the order keeps its price', async () => {
  const { chat } = await open(['barang-1', 'barang-2', 'barang-3']);
  await voucher(shop, { maxUses: 1 });
  await upToCart(shop, chat, PRODUCT);
  await useCode(shop, chat);
  const ref = await payByQris(chat);
  await upToCart(shop, chat, PRODUCT);
  await chat.tap('🎟️ Gunakan Kupon');
  await chat.waitFor('Ketik kode');
  await chat.send('hemat');
  await chat.waitFor(`sedang kamu pakai di pesanan ${ref}`);
  shop.clock.advance(2 * HOUR);
  await shop.store.reconcile();
  await chat.waitFor('Kedaluwarsa', { since: 0 });
  expect(await usesOf(shop)).toBe(0);

  const { chat: other } = await shop.customer('Ani');
  await upToCart(shop, other, PRODUCT);
  await useCode(shop, other);
  const second = await payByQris(other);
  await shop.client.pakasir.pay(second);
  await other.waitFor('barang-1', { since: 0 });
  expect(await usesOf(shop)).toBe(1);

  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-2', { since: 0 });
  expect(await usesOf(shop)).toBe(2);
  expect(await orders()).toMatchObject([{ total: 18_000 }, { total: 18_000 }]);
});

test('a cancelled order gives its use back; a gateway that fails puts the voucher back into the cart', async () => {
  const { chat } = await open();
  await voucher(shop, { maxUses: 1 });
  await upToCart(shop, chat, PRODUCT);
  await useCode(shop, chat);
  const ref = await payByQris(chat);
  const [order] = await orders();
  await chat.tapData(`pay:cancel:${order!.id}`, { force: true });
  await chat.waitFor(`Pesanan ${ref} dibatalkan`);
  await expect.poll(() => usesOf(shop)).toBe(0);

  await upToCart(shop, chat, PRODUCT);
  await useCode(shop, chat);
  await shop.client.faults.add({ target: 'pakasir', method: 'create', kind: '400', times: 'always' });
  await chat.tap('💳 Lanjut ke Pembayaran');
  await chat.waitFor('Pilih Metode');
  await chat.tap('💠 QRIS');
  await chat.waitFor('layanan pembayaran sedang terganggu');
  await chat.tap('🧺 Lihat Keranjang');
  expect((await chat.waitFor('Keranjang Belanja')).text).toContain('Kupon HEMAT: -Rp2.000');
  expect(await usesOf(shop)).toBe(0);
});

test('a use is free only when the gateway has confirmed the cancel: paid and cancelled at once, it stays used', async () => {
  const { chat } = await open(['barang-1', 'barang-2']);
  await voucher(shop, { maxUses: 1 });
  await upToCart(shop, chat, PRODUCT);
  await useCode(shop, chat);
  const ref = await payByQris(chat);
  const [order] = await orders();
  const away = await shop.client.faults.add({ target: 'pakasir', kind: '5xx', times: 'always' });
  const silent = await shop.client.faults.add({ target: 'pakasir', method: 'webhook', kind: '5xx', times: 'always' });
  await shop.client.pakasir.pay(ref);
  await chat.tapData(`pay:cancel:${order!.id}`, { force: true });
  await chat.waitFor(`Pesanan ${ref} dibatalkan`);
  // The same customer is told that it takes a moment, others that none is left.
  await upToCart(shop, chat, PRODUCT);
  await chat.tap('🎟️ Gunakan Kupon');
  await chat.waitFor('Ketik kode');
  await chat.send('hemat');
  await chat.waitFor(`sedang kami lepas dari pesanan ${ref}`);
  const { chat: other } = await shop.customer('Ani');
  await upToCart(shop, other, PRODUCT);
  await other.tap('🎟️ Gunakan Kupon');
  await other.waitFor('Ketik kode');
  await other.send('hemat');
  await other.waitFor('Kuota kupon ini sudah habis');
  expect(await usesOf(shop)).toBe(1);

  await silent.remove();
  await away.remove();
  await chat.waitFor('barang-1', { since: 0 });
  expect(await usesOf(shop)).toBe(1);
  expect(await orders()).toMatchObject([{ total: 18_000 }]);
});

test('what a voucher pays whole is taken without a balance, once, and nothing is booked', async () => {
  const { chat, person } = await open();
  await voucher(shop, { kind: 'rupiah', value: 50_000 });
  await upToCart(shop, chat, PRODUCT);
  expect((await useCode(shop, chat)).text).toContain('Kupon HEMAT: -Rp20.000\nTotal: Rp0');
  await chat.tap('💳 Lanjut ke Pembayaran');
  const choice = await chat.waitFor('ditanggung kupon');
  expect(labelsOf(choice)).toEqual(['🎁 Ambil Gratis', '⬅️ Kembali ke Keranjang', '❌ Batalkan Pembelian']);
  await Promise.all([1, 2, 3].map(() => chat.tapData('pay:balance:0', { force: true, messageId: choice.id })));
  await chat.waitFor('Gratis dengan Kupon', { since: 0 });
  await chat.waitFor('barang-1', { since: 0 });
  await shop.admin.chatWith(shop.bot).waitFor('barang terkirim', { since: 0 });
  expect(await orders()).toMatchObject([{ discount: 20_000, total: 0, status: 'delivered' }]);
  expect(await balanceOf(shop, person.id)).toBe(0);
  expect(await usesOf(shop)).toBe(1);
});

test('what is left below the least of QRIS is paid by balance only, and the screen says so', async () => {
  const { chat } = await open(['barang-1'], 10_000);
  await voucher(shop, { kind: 'rupiah', value: 9_600 });
  await upToCart(shop, chat, PRODUCT);
  await useCode(shop, chat);
  await chat.tap('💳 Lanjut ke Pembayaran');
  const choice = await chat.waitFor('QRIS baru bisa mulai Rp500');
  expect(labelsOf(choice)).not.toContain('💠 QRIS');
  await chat.tapData('pay:via:0:400', { force: true });
  await chat.waitForToast('paling sedikit Rp500');
  expect(await usesOf(shop)).toBe(0);
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
