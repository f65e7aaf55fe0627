import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.admin.chatWith(shop.bot);
});
afterEach(() => shop.close());

const { answer, tap } = inTurns(() => ({ shop, chat }));

const products = () =>
  shop.database.db.query<{ id: number; code: string; terms: string | null }>('SELECT * FROM products ORDER BY id');
const unitCount = async () =>
  (await shop.database.db.query<{ n: number }>("SELECT count(*) AS n FROM stock_units WHERE status = 'available'"))[0]!
    .n;
const forms = () => shop.database.db.query('SELECT wizard FROM conversations');

test('a file of 5,000 lines is added at once, its duplicates counted', async () => {
  const id = await shop.product({ code: 'banyak', contents: ['kode-00001'] });
  await answer('/admin', 'Admin Settings');
  await chat.tapData(`prd:restock:${id}`, { force: true });
  await chat.waitFor('Isi Stok');
  const lines = Array.from({ length: 5000 }, (_, index) => `kode-${String(index % 4800).padStart(5, '0')}`);
  await chat.sendDocument({ bytes: lines.join('\r\n'), fileName: 'stok.txt' });
  const report = await chat.waitFor('isi ditambahkan');
  expect(report.text).toContain('4.799 isi ditambahkan');
  expect(report.text).toContain('Duplikat dilewati: 201');
  expect(report.text).toContain('Stok sekarang: 4.800');
  expect(await unitCount()).toBe(4800);
  await tap('✅ Selesai', 'Stok: 4800');
  expect(await forms()).toEqual([]);
});

test('an admin looks at unsold units, removes one and then the rest', async () => {
  const goods = ['satu<&>"', 'dua', 'tiga', 'empat', 'lima', 'e'.repeat(9000)];
  const id = await shop.product({ code: 'x', name: 'Produk <&>', contents: goods });
  await answer('/admin', 'Admin Settings');
  await chat.tapData(`prd:product:${id}`, { force: true });
  await chat.waitFor('Produk <&>');
  const first = await tap('👁 Lihat Stok', 'halaman 1 dari 2');
  expect(first.text).toContain('satu<&>"');
  await tap('➡️', 'halaman 2 dari 2');
  await tap('6', 'eeee');
  await tap('⬅️ Kembali', 'halaman 2 dari 2');
  await tap('⬅️', 'halaman 1 dari 2');
  const unit = await tap('1', 'satu<&>"');
  await tap('🗑 Hapus Isi Ini', 'Hapus isi ini dari stok?');
  await tap('🗑 Ya, Hapus', 'Belum terjual: 5');
  await chat.tapData(unit.buttons[0]![0]!.data!.replace('drop', 'dropped'), { force: true });
  await chat.waitFor('sudah tidak ada di stok');
  await chat.tapData(`prd:clear:${id}`, { force: true });
  await chat.waitFor('Sebanyak 5 isi');
  // What comes while the question is open was not meant.
  await shop.database.db.query(
    `INSERT INTO stock_units (product_id, content, fingerprint, added_by) VALUES ($1, 'x', 'x', 1)`,
    [id],
  );
  await tap('🗑 Ya, Hapus', '5 isi dihapus');
  expect(await unitCount()).toBe(1);
});

test('a product is edited, taken off sale, put back and deleted; old buttons then say that it is gone', async () => {
  const id = await shop.product({ code: 'x', name: 'Lama', contents: ['a'] });
  await answer('/admin', 'Admin Settings');
  await tap('🛒 Kelola Produk', 'Lama');
  await tap('Lama (x)', 'Kode: x');
  await tap('✏️ Ubah Nama', 'Nama sekarang: Lama');
  await answer('Baru <&>', 'Perubahan tersimpan');
  await tap('💰 Ubah Harga', 'Rp15.000');
  await answer('murah', 'bukan harga');
  await answer('Rp20.000', 'Rp20.000');
  await tap('📝 Ubah Deskripsi', 'tidak ada');
  await answer('Isi <baru>', 'Isi <baru>');
  await tap('🚫 Nonaktifkan', 'Nonaktif');
  await tap('✅ Aktifkan', 'Dijual');
  await tap('🗑 Hapus Produk', 'Hapus Baru <&>');
  await tap('🗑 Ya, Hapus', 'Produk dihapus');
  expect(await products()).toEqual([]);
  for (const data of [`prd:product:${id}`, `prd:edit:${id}:0`, `prd:restock:${id}`, `prd:units:${id}:0`]) {
    await answer('/admin', 'Admin Settings');
    await chat.tapData(data, { force: true });
    await chat.waitFor('sudah tidak ada');
  }
  const audit = await shop.database.db.query<{ action: string }>('SELECT action FROM audit_log ORDER BY id');
  expect(audit.map((row) => row.action)).toEqual([...Array(5).fill('product.changed'), 'product.deleted']);
});

test('somebody who is not staff gets a kind refusal, also at the buttons and forms of an admin', async () => {
  const id = await shop.product({ code: 'x', contents: ['rahasia'] });
  const { chat: customer, person } = await shop.customer();
  await customer.send('/admin');
  await customer.waitFor('khusus admin');
  await customer.send('⚙️ Admin Settings');
  await customer.waitFor('khusus admin');
  await customer.tapData(`prd:units:${id}:0`, { force: true });
  expect((await customer.waitForToast('khusus admin')).alert).toBe(true);
  // A form of when they were an admin still.
  await shop.database.db.query(
    "INSERT INTO conversations (user_id, wizard, step, data) VALUES ($1, 'product.edit', 'price', $2)",
    [person.id, { productId: id, field: 'price' }],
  );
  shop.clock.advance(5000);
  await customer.send('1');
  await customer.waitFor('khusus admin');
  const [row] = await shop.database.db.query<{ price: number }>('SELECT price FROM products');
  expect(row?.price).toBe(15_000);
});
