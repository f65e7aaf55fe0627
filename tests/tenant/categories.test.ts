import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { parseCategoryName } from '../../tenant-runtime/modules/shop/catalog/index.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.admin.chatWith(shop.bot);
});
afterEach(() => shop.close());

const { answer, tap, tapData } = inTurns(() => ({ shop, chat }));

const rows = () =>
  shop.database.db.query<{ id: number; name: string; active: boolean }>(
    'SELECT id, name, active FROM categories ORDER BY position, id',
  );
const names = async () => (await rows()).map((row) => row.name);
const forms = () => shop.database.db.query('SELECT wizard FROM conversations');
async function addCategory(name: string): Promise<number> {
  await tapData('ctg:add', 'Tambah Kategori');
  await answer(name, 'Kategori tersimpan');
  return (await rows()).find((row) => row.name === name)!.id;
}
async function audited(): Promise<string[]> {
  const entries = await shop.database.db.query<{ action: string }>('SELECT action FROM audit_log ORDER BY id');
  return entries.map((entry) => entry.action);
}

test('an admin makes a category, puts a product into it, and customers find it on the first screen', async () => {
  const id = await shop.product({ code: 'nf', name: 'Netflix <&>', contents: ['x'] });
  await answer('/admin', 'Admin Settings');
  await tap('🗂 Kategori', 'Belum ada kategori');
  await tap('➕ Tambah Kategori', 'Kirim nama kategorinya');
  const made = await answer('Streaming\n <b>&  "film"', 'Kategori tersimpan');
  expect(made.text).toContain('Streaming <b>& "film"');
  expect(await forms()).toEqual([]);
  await tap('📦 Pilih Produk', 'tanpa kategori');
  const put = await tap('➖ Netflix <&> (nf)', '🏷 Streaming');
  expect(labelsOf(put)).toContain('✅ Netflix <&> (nf)');
  const detail = await tap('✅ Selesai', 'Produk: 1');
  expect(detail.text).toContain('Urutan: 1 dari 1');

  const { chat: customer } = await shop.customer();
  await customer.send('/start');
  await customer.waitFor('Selamat datang');
  await customer.tap('🏷 Streaming <b>& "film"');
  expect((await customer.waitFor('halaman 1 dari 1')).text).toContain('1. Netflix <&>');

  await chat.tapData(`ctg:take:999:${id}:0`, { force: true });
  await chat.waitFor('sudah tidak ada');
  expect(await audited()).toEqual(['category.created', 'product.changed']);
  const told = await shop.owner.chatWith(shop.bot).waitFor('Kategori Streaming', { since: 0 });
  expect(told.text).toContain('ditambahkan');
});

test('every wrong name is asked again with the reason, and nothing is saved', async () => {
  await answer('/admin', 'Admin Settings');
  await addCategory('Streaming');
  await addCategory('Café');
  await tapData('ctg:add', 'Tambah Kategori');
  for (const [typed, reason] of [
    ['x'.repeat(41), 'maksimal 40 karakter'],
    ['STREAMING', 'sudah ada'],
    ['streaming\u200B', 'sudah ada'],
    ['CAFÉ', 'sudah ada'],
    ['\u2800\u200B\u3164', 'masih kosong'],
  ] as const) {
    expect((await answer(typed, reason)).text).toContain('Kirim nama kategorinya');
  }
  await chat.sendPhoto({ bytes: PIXEL, caption: 'Musik' });
  await chat.waitFor('dalam bentuk teks');
  await shop.restart();
  await answer("'; DROP TABLE categories; --", 'Kategori tersimpan');
  expect(await names()).toEqual(['Streaming', 'Café', "'; DROP TABLE categories; --"]);
});

test('a name is one line of 1 to 40 characters that can be seen', () => {
  expect(parseCategoryName(' Akun\n\tPremium ')).toEqual({ ok: true, value: 'Akun Premium' });
  expect(parseCategoryName('👨‍👩‍👧 Keluarga')).toEqual({ ok: true, value: '👨‍👩‍👧 Keluarga' });
  expect(parseCategoryName(' a \u200B\u200B b ')).toEqual({ ok: true, value: 'a b' });
  expect(parseCategoryName('\u202Egnimaertsa')).toEqual({ ok: true, value: 'gnimaertsa' });
  expect(parseCategoryName('x'.repeat(40)).ok).toBe(true);
  for (const nothing of ['', ' \n ', '\u200D', '\uFE0F', '\u00AD', '\u3164']) {
    expect(parseCategoryName(nothing)).toEqual({ ok: false, problem: 'empty' });
  }
});

test('a category is renamed, moved, hidden and shown again', async () => {
  await answer('/admin', 'Admin Settings');
  const [a, b, c] = [await addCategory('A'), await addCategory('B'), await addCategory('C')];
  await tapData(`ctg:category:${c}`, 'Urutan: 3 dari 3');
  await chat.tap('⬇️ Turunkan');
  await chat.waitForToast('paling bawah');
  await tap('⬆️ Naikkan', 'Urutan: 2 dari 3');
  await tap('⬆️ Naikkan', 'Urutan: 1 dari 3');
  await chat.tap('⬆️ Naikkan');
  await chat.waitForToast('paling atas');
  expect(await names()).toEqual(['C', 'A', 'B']);
  await tap('✏️ Ubah Nama', 'Nama sekarang: C');
  await answer('b', 'sudah ada');
  await answer('c', 'Perubahan tersimpan');
  await tap('🚫 Sembunyikan', 'Disembunyikan');
  await tap('✅ Tampilkan', 'Ditampilkan');
  expect(await rows()).toEqual([
    { id: c, name: 'c', active: true },
    { id: a, name: 'A', active: true },
    { id: b, name: 'B', active: true },
  ]);
  expect(new Set(await audited())).toEqual(
    new Set(['category.created', 'category.moved', 'category.renamed', 'category.deactivated', 'category.activated']),
  );
});

test('a hidden category is not on the first screen', async () => {
  const id = await shop.product({ contents: ['x'] });
  await answer('/admin', 'Admin Settings');
  const category = await addCategory('Rahasia');
  await tapData(`ctg:put:${category}:${id}:0`, 'Produk di Rahasia');
  await tapData(`ctg:deactivate:${category}`, 'Disembunyikan');
  const welcome = await answer('/start', 'Selamat datang');
  expect(labelsOf(welcome)).toEqual(['📋 INFORMASI', '📖 Cara Order']);
});

test('a category is deleted after a question, its products stay, and old buttons say that it is gone', async () => {
  const id = await shop.product({ code: 'nf', contents: ['x'] });
  await answer('/admin', 'Admin Settings');
  const category = await addCategory('Streaming');
  await tapData(`ctg:put:${category}:${id}:0`, 'Produk di Streaming');
  await tapData(`ctg:delete:${category}`, '1 produk di dalamnya tetap ada');
  await tap('⬅️ Tidak Jadi', 'Urutan: 1 dari 1');
  await tap('🗑 Hapus Kategori', 'Hapus kategori Streaming?');
  const gone = await tap('🗑 Ya, Hapus', 'Kategori dihapus');
  expect(labelsOf(gone)).toEqual(['🗂 Kategori', '⬅️ Kembali ke Menu Admin']);
  for (const data of ['category', 'rename', 'delete', 'deleted', 'up', 'activate']) {
    const { id: messageId } = await tap('🗂 Kategori', 'Belum ada kategori');
    await chat.tapData(`ctg:${data}:${category}`, { messageId, force: true });
    await chat.waitFor('sudah tidak ada');
  }
  const [product] = await shop.database.db.query('SELECT category_id, status FROM products');
  expect(product).toEqual({ category_id: null, status: 'active' });
  expect(await audited()).toContain('category.deleted');
});

test('deleting a category while products are put into it leaves no product in nothing, and nobody waits for ever', async () => {
  const products: number[] = [];
  for (let n = 0; n < 6; n += 1) products.push(await shop.product({ contents: [] }));
  await answer('/admin', 'Admin Settings');
  const category = await addCategory('Sebentar');
  const second = shop.owner.chatWith(shop.bot);
  await second.send('/admin');
  await second.waitFor('Admin Settings');
  const since = await chat.mark();
  await Promise.all([
    ...products.map((id) => chat.tapData(`ctg:put:${category}:${id}:0`, { force: true })),
    second.tapData(`ctg:deleted:${category}`, { force: true }),
  ]);
  await second.waitFor('Kategori dihapus', { since });
  await expect.poll(() => shop.database.db.query('SELECT id FROM products WHERE category_id IS NOT NULL')).toEqual([]);
  expect((await chat.messages()).filter((message) => message.text.includes('gangguan'))).toEqual([]);
});

test('customers who press the buttons of the admin screens are refused', async () => {
  await answer('/admin', 'Admin Settings');
  const category = await addCategory('Streaming');
  const { chat: customer } = await shop.customer();
  await customer.send('/start');
  await customer.waitFor('Selamat datang');
  await customer.tapData(`ctg:deleted:${category}`, { force: true });
  expect((await customer.waitForToast('khusus admin')).alert).toBe(true);
  expect(await names()).toEqual(['Streaming']);
});

test('the list is paged, and each category of a page can be opened', async () => {
  await shop.database.db.query(
    "INSERT INTO categories (name, position) SELECT 'Kategori ' || n, n FROM generate_series(1, 7) n",
  );
  await answer('/admin', 'Admin Settings');
  const first = await tap('🗂 Kategori', 'halaman 1 dari 2');
  expect(labelsOf(first)).toEqual([
    ...[1, 2, 3, 4, 5].map((n) => `Kategori ${n}`),
    '➡️',
    '➕ Tambah Kategori',
    '⬅️ Kembali ke Menu Admin',
  ]);
  await tap('➡️', 'halaman 2 dari 2');
  await tap('Kategori 7', 'Urutan: 7 dari 7');
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
