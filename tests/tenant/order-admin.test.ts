import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { buy, orderOf } from '../support/orders.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

let shop: TestStore;
let adminChat: ChatClient;
let chat: ChatClient;
let userId: number;
beforeEach(async () => {
  shop = await startTestStore();
  adminChat = shop.admin.chatWith(shop.bot);
  await shop.product({ ...PRODUCT, contents: Array.from({ length: 9 }, (_, index) => `barang-${index}`) });
  const customer = await shop.customer('Budi <&>');
  chat = customer.chat;
  userId = customer.person.id;
});
afterEach(() => shop.close());

const { answer, tap } = inTurns(() => ({ shop, chat: adminChat }), 5000);

async function openAdminChat() {
  await answer('/admin', 'Admin Settings');
  return tap('📦 Kelola Order', 'Kelola Order · Semua');
}

async function openOrder(ref: string) {
  const { id } = await orderOf(shop, ref);
  shop.clock.advance(5000);
  await adminChat.tapData(`ord:open:${id}`, { force: true });
  return adminChat.waitFor(`🧾 Order ${ref}`);
}

const actions = async () =>
  (await shop.database.db.query<{ action: string }>('SELECT action FROM audit_log ORDER BY id')).map(
    (row) => row.action,
  );

/** Orders that somebody else made, enough for more than one page. */
async function past(count: number): Promise<void> {
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  await shop.database.db.query(
    `WITH made AS (INSERT INTO orders (ref, user_id, status, method, subtotal, total, checkout_message_id)
       SELECT 'tg77-lama' || n, $1, 'expired', 'qris', 1000, 1000, 1 FROM generate_series(1, $2) n RETURNING id)
     INSERT INTO order_lines (order_id, product_id, name, unit_price, quantity)
       SELECT made.id, p.id, p.name, 1000, 1 FROM made, products p`,
    [userId, count],
  );
}

test('an order is found by part of its id, page after page, and opened by the whole', async () => {
  await past(7);
  await openAdminChat();
  await tap('🔎 Cari Order', 'Ketik nomor invoice');
  for (const typed of ['x', 'x'.repeat(65)]) await answer(typed, 'Kirim teks 2 sampai 64 huruf');
  await adminChat.sendDocument({ bytes: 'tg77' });
  await adminChat.waitFor('Kirim teks 2 sampai 64 huruf');
  await answer("<b>'%_; DROP TABLE orders</b>", 'Tidak ada order dengan');
  await shop.restart();
  const found = await answer('TG77-Lama', 'halaman 1 dari 2');
  expect(found.text).toContain('1. tg77-lama7');
  expect((await tap('➡️', 'halaman 2 dari 2')).text).toContain('2. tg77-lama1');
  await answer('tg77-lama3', '🧾 Order tg77-lama3');
  expect(await shop.database.db.query('SELECT wizard FROM conversations')).toEqual([]);
  await tap('👤 Lihat Pembeli', 'Budi <&>');
  // The pages of a search that has ended.
  await adminChat.tapData('wz:ord:found:1', { force: true });
  await adminChat.waitForToast('tidak berlaku');
});

test('the list turns its pages within a tab', async () => {
  await past(6);
  expect((await openAdminChat()).text).toContain('halaman 1 dari 2');
  await tap('⌛ Habis waktu', 'Habis waktu (halaman 1 dari 2)');
  await tap('➡️', 'Habis waktu (halaman 2 dari 2)');
  await tap('💸 Refund', 'Belum ada order di sini');
});

test('an unpaid order is cancelled after a confirmation: stock back, customer and sellers told, invoice gone', async () => {
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const invoice = await chat.waitFor(ref, { since: 0 });
  expect(labelsOf(await openOrder(ref))).toEqual([
    '✅ Tandai Lunas',
    '❌ Batalkan',
    '👤 Lihat Pembeli',
    '⬅️ Daftar Order',
  ]);
  await tap('❌ Batalkan', 'Stoknya dilepas');
  await tap('⬅️ Tidak Jadi', 'Menunggu pembayaran');
  await tap('❌ Batalkan', 'Stoknya dilepas');
  await tap('❌ Ya, Batalkan', `Order ${ref} dibatalkan`);
  await chat.waitFor('dibatalkan oleh admin toko', { since: 0 });
  await chat.waitForDeleted(invoice.id, { since: 0 });
  await adminChat.waitFor(/❌ Order tg[\s\S]*Dibatalkan admin/, { since: 0 });
  expect(await orderOf(shop, ref)).toMatchObject({ status: 'cancelled' });
  expect(await shop.database.db.query(`SELECT id FROM stock_units WHERE status = 'reserved'`)).toEqual([]);
  expect(await actions()).toEqual(['order.cancelled']);
  const { id } = await orderOf(shop, ref);
  await adminChat.tapData(`ord:cancelled:${id}`, { force: true });
  await adminChat.waitForToast('sudah dibatalkan');
});

test('the line marks an order paid with a note, and refuses what cannot be, with the reason', async () => {
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await openAdminChat();
  await tap('📝 Ubah Status', 'order_id | status | catatan');
  for (const [typed, reason] of [
    [ref, 'tanda |'],
    ['| lunas | tunai', 'Bagian 1'],
    [`${ref} | terkirim | tunai`, 'Bagian 2'],
    [`${ref} | lunas`, 'Bagian 3 (catatan) wajib'],
    [`${ref} | lunas | a`, 'Bagian 3 (catatan) harus 3 sampai 300'],
    [`${ref} | lunas | ${'x'.repeat(301)}`, 'Bagian 3 (catatan) harus 3 sampai 300'],
    ['tg1-tidakada | lunas | tunai', 'tidak ditemukan'],
    [`${ref} | refund | salah kirim`, 'belum dibayar'],
  ] as const) {
    expect((await answer(typed, reason)).text).toContain('Ubah Status');
  }
  await adminChat.sendPhoto({ bytes: PIXEL });
  await adminChat.waitFor('dalam bentuk teks');
  const sure = await answer(`Invoice #${ref.toUpperCase()} | PAID | tunai | di <toko>`, 'Tandai lunas?');
  expect(sure.text).toContain('Catatan: tunai | di <toko>');
  expect(await orderOf(shop, ref)).toMatchObject({ status: 'awaiting_payment' });
  await tap('✅ Ya, Tandai Lunas', 'ditandai lunas');
  await chat.waitFor('barang-0', { since: 0 });
  await adminChat.waitFor('barang terkirim', { since: 0 });
  expect(await orderOf(shop, ref)).toMatchObject({ status: 'delivered', note: 'tunai | di <toko>' });
  await openAdminChat();
  await tap('📝 Ubah Status', 'order_id');
  await answer(`${ref} | lunas | sekali lagi`, 'sudah lunas dan barangnya sudah terkirim');
  await answer(`${ref} | batal`, 'kembalikan uangnya lewat refund');
  expect(await actions()).toEqual(['order.marked_paid']);
});

test('the line cancels, keeps the note, and leads a refund to its confirmation', async () => {
  const paid = await buy(shop, chat, PRODUCT);
  shop.clock.advance(5000);
  const open = await buyUpToInvoice(chat, PRODUCT);
  await openAdminChat();
  await tap('📝 Ubah Status', 'order_id');
  const sure = await answer(`${open} | cancelled | pembeli salah pesan`, 'Batalkan order');
  expect(sure.text).toContain('Catatan: pembeli salah pesan');
  await tap('❌ Ya, Batalkan', `Order ${open} dibatalkan`);
  expect(await orderOf(shop, open)).toMatchObject({ status: 'cancelled', note: 'pembeli salah pesan' });
  await answer(`${paid} | refund | akun mati`, 'belum paham');
  await openAdminChat();
  await tap('📝 Ubah Status', 'order_id');
  const confirm = await answer(`${paid} | refund | akun mati`, 'Langkah 3/3');
  expect(confirm.text).toContain('Nominal: Rp20.000');
  await tap('💸 Ya, Refund Rp20.000', 'sudah masuk ke saldo pembeli');
  expect(await orderOf(shop, paid)).toMatchObject({ status: 'delivered', refunded: 20_000 });
  expect(await actions()).toEqual(['order.cancelled', 'order.refunded']);
});

test('goods are sent once more from the detail, and that is audited', async () => {
  const ref = await buy(shop, chat, PRODUCT);
  const goods = async () => (await chat.messages()).filter(({ text }) => text.includes('barang-0')).length;
  expect(await goods()).toBe(1);
  await openOrder(ref);
  await adminChat.tap('📦 Kirim Ulang');
  await adminChat.waitForToast('kirim ulang');
  await expect.poll(goods).toBe(2);
  expect(await actions()).toEqual(['order.resent']);
  const { id } = await orderOf(shop, ref);
  await shop.database.db.query(`UPDATE orders SET status = 'expired' WHERE id = $1`, [id]);
  await adminChat.tapData(`ord:resend:${id}`, { force: true });
  await adminChat.waitForToast('belum lunas');
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
