import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { buy } from '../support/orders.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.admin.chatWith(shop.bot);
});
afterEach(() => shop.close());

const { answer, tap, tapData } = inTurns(() => ({ shop, chat }));
const group = { code: 'grup', name: 'Akses Grup', price: 25_000 };
const query = <R>(text: string) => shop.database.db.query<R>(text);

/** `Akses Grup` through the wizard, as a product whose one content is sold any number of times. */
async function addGroup(content: string): Promise<number> {
  await answer('/admin', 'Admin Settings');
  await tap('🛒 Kelola Produk', 'Kelola Produk');
  await tap('➕ Tambah Produk', 'Langkah 1/5');
  await answer(group.code, 'Langkah 2/5');
  await answer(group.name, 'Langkah 3/5');
  await answer('25000', 'Langkah 4/5');
  await answer('-', 'Isi Tanpa Batas');
  await tap('♾ Isi Tanpa Batas', 'setiap pembeli');
  await tap('📦 Isi Satuan', 'satu pesan = satu isi');
  await tap('♾ Isi Tanpa Batas', 'setiap pembeli');
  await answer(content, 'bisa dijual tanpa batas');
  const screen = await tap('⏭ Skip SNK', 'Produk siap dijual');
  expect(screen.text).toContain('Stok: ♾ tanpa batas');
  expect(labelsOf(screen)).toEqual(expect.arrayContaining(['♾ Ganti Isi', '👁 Lihat Isi', '👤 Batas Beli']));
  expect(labelsOf(screen)).not.toContain('📥 Isi Stok');
  return (await query<{ id: number }>('SELECT id FROM products'))[0]!.id;
}

async function opened(customer: ChatClient): Promise<Awaited<ReturnType<ChatClient['waitFor']>>> {
  await customer.send(`/start p_${group.code}`);
  return customer.waitFor('📊 Stok');
}

test('one content is sold to everybody, is always there, and each sale counts', async () => {
  const id = await addGroup('https://t.me/+rahasia <&>');
  for (const name of ['Budi', 'Ani', 'Citra']) {
    const { chat: customer } = await shop.customer(name);
    const ref = await buy(shop, customer, group);
    expect((await customer.waitFor(`Pembayaran Berhasil`, { since: 0 })).text).toContain('https://t.me/+rahasia <&>');
    expect(ref).toMatch(/^tg/);
  }
  const { chat: last } = await shop.customer();
  const screen = await opened(last);
  expect(screen.text).toContain('Stok: ♾ Selalu tersedia · 🔥 Terjual: 3');
  expect(screen.text).toContain('cukup beli 1');
  expect(labelsOf(screen)).not.toContain('➕');
  await last.tapData(`cat:product:${id}:10:0:0`, { force: true });
  expect((await last.waitForToast()).text).toContain('cukup beli 1');
  await last.tapData(`cart:add:${id}:7`, { force: true });
  expect((await last.waitFor('Keranjang Belanja')).text).toMatch(/1 × Rp25\.000[\s\S]*jumlahnya cukup 1/);
  // Nobody hears that it runs low, and nothing of it can be read in the database.
  expect((await chat.messages()).filter(({ text }) => text.includes('Stok menipis'))).toEqual([]);
  const stored = [await query('SELECT * FROM endless_contents'), await query('SELECT * FROM stock_units')];
  expect(JSON.stringify([...stored, await query('SELECT * FROM audit_log')])).not.toContain('rahasia');
});

test('what was sold stays what it was when the content is replaced; what is not paid yet becomes the new one', async () => {
  const id = await addGroup('tautan-lama');
  const { chat: early } = await shop.customer('Ani');
  const sold = await buy(shop, early, group);
  const { chat: slow } = await shop.customer('Budi');
  const waiting = await buyUpToInvoice(slow, group);

  await answer('/admin', 'Admin Settings');
  await tapData(`prd:content:${id}`, 'tautan-lama');
  await tap('♾ Ganti Isi', 'mendapat isi baru');
  await chat.sendContact('+62811');
  await chat.waitFor('harus berupa teks, foto, video, atau berkas');
  await answer('tautan-baru', 'Isinya diganti');

  await shop.client.pakasir.pay(waiting);
  const got = await slow.waitFor('Pembayaran Berhasil');
  expect(got.text).toContain('tautan-baru');
  shop.clock.advance(5_000);
  await early.send('ℹ️ Informasi');
  await early.waitFor('Informasi');
  await early.tap('🧾 Riwayat Transaksi');
  await early.waitFor(sold);
  shop.clock.advance(5_000);
  await early.tap('1');
  await early.waitFor('Selesai');
  await early.tap('📦 Kirim ulang');
  expect((await early.waitFor('Kirim Ulang')).text).toContain('tautan-lama');
  const audit = await query<{ action: string }>("SELECT action FROM audit_log WHERE action LIKE 'stock.%' ORDER BY id");
  expect(audit.map((row) => row.action)).toEqual(['stock.added', 'stock.replaced']);
});

test('an invoice that ends leaves nothing behind, and money that comes after all brings the goods', async () => {
  await addGroup('isi');
  const { chat: customer } = await shop.customer();
  const ref = await buyUpToInvoice(customer, group);
  const copies = () => query<{ status: string }>('SELECT status FROM stock_units');
  expect(await copies()).toEqual([{ status: 'reserved' }]);
  await customer.tap('❌ Batalkan Pembelian');
  await customer.waitFor('dibatalkan');
  expect(await copies()).toEqual([]);
  await query(`UPDATE orders SET status = 'expired', closed_reason = 'expired' WHERE ref = '${ref}'`);
  const [{ id } = { id: 0 }] = await query<{ id: number }>('SELECT id FROM orders');
  await answer('/admin', 'Admin Settings');
  await tapData('ord:status', 'order_id');
  await answer(`${ref} | lunas | bayar tunai`, 'bayar tunai');
  await tap('✅ Ya, Tandai Lunas', 'ditandai lunas');
  expect(id).toBeGreaterThan(0);
  expect((await customer.waitFor('Pembayaran Berhasil')).text).toContain('isi');
  expect(await copies()).toEqual([{ status: 'sold' }]);
});

test('a product without its content yet is sold out, and whoever waits for it is told once it is there', async () => {
  await answer('/admin', 'Admin Settings');
  await tap('🛒 Kelola Produk', 'Kelola Produk');
  await tap('➕ Tambah Produk', 'Langkah 1/5');
  await answer(group.code, 'Langkah 2/5');
  await answer(group.name, 'Langkah 3/5');
  await answer('25000', 'Langkah 4/5');
  await answer('-', 'Isi Tanpa Batas');
  await tap('♾ Isi Tanpa Batas', 'setiap pembeli');
  await tap('⏭ Isi Nanti', 'lewat ♾ Ganti Isi');
  await tap('⏭ Skip SNK', 'belum ada isinya');
  const { chat: customer } = await shop.customer();
  expect((await opened(customer)).text).toContain('❌ Habis');
  await customer.tap('🔔 Kabari saya');
  await customer.waitForToast('kabari');
  await tap('♾ Ganti Isi', 'setiap pembeli');
  await answer('isi-pertama', 'bisa dijual tanpa batas');
  await customer.waitFor('Stok tersedia lagi');
});
