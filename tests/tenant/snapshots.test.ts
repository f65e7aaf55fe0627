import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.owner.chatWith(shop.bot);
});
afterEach(() => shop.close());

const query = <R>(text: string, values?: unknown[]) => shop.database.db.query<R>(text, values);

const { answer, tap, tapData } = inTurns(() => ({ shop, chat }), 2000);

async function openAdminChat() {
  await answer('/admin', 'Admin Settings');
  return tap('💾 Backup Konfigurasi', 'Backup Konfigurasi');
}

/** A change of a product through its own admin screens. */
async function edit(productId: number, field: 0 | 1 | 2, typed: string) {
  await tapData(`prd:edit:${productId}:${field}`, 'sekarang');
  await answer(typed, 'Perubahan tersimpan');
}

async function remove(productId: number) {
  await tapData(`prd:delete:${productId}`, 'yang belum terjual akan hilang');
  await tap('🗑 Ya, Hapus', 'Produk dihapus');
}

const snapshots = () =>
  query<{ id: number; kind: string; reason: string; hash: string }>(
    'SELECT id, kind, reason, content_hash AS hash FROM configuration_snapshots ORDER BY id',
  );
const products = () =>
  query<{ id: number; code: string; name: string; price: number }>(
    "SELECT id, code, name, price, terms, status, category_id FROM products WHERE status <> 'archived' ORDER BY id",
  );

test('before each change what was set is kept, once, and the owners are told who changed what', async () => {
  const id = await shop.product({ code: 'A', name: 'Akun <A>', price: 10_000, contents: ['x'] });
  await openAdminChat();
  await edit(id, 1, '20000');
  await chat.waitFor(/Produk Akun <A> diubah \(harga\)\.\s+👤 Oleh Pak Bos \(owner, \d+\)/, { since: 0 });
  await edit(id, 1, '10000');
  await edit(id, 1, '20000');
  const kept = await snapshots();
  expect(kept.map(({ kind, reason }) => `${kind}: ${reason}`)).toEqual(
    Array(3).fill('automatic: Produk Akun <A> diubah (harga).'),
  );
  expect(kept[2]?.hash).toBe(kept[0]?.hash);
  expect(await query('SELECT hash FROM configuration_contents')).toHaveLength(2);
});

test('a change to what it is already keeps no snapshot', async () => {
  const id = await shop.product({ code: 'A', contents: [] });
  await openAdminChat();
  await edit(id, 0, 'Akun Premium');
  expect(await snapshots()).toEqual([]);
});

test('a snapshot is made by hand, once of the same, read, compared and fetched as a file', async () => {
  const id = await shop.product({
    code: 'A',
    name: 'Akun A',
    price: 10_000,
    contents: ['rahasia-stok'],
    terms: 'SNK A',
  });
  const deleted = await shop.product({ code: 'B', name: 'Akun B', contents: [] });
  expect((await openAdminChat()).text).toContain('Belum ada salinan');
  await tap('📸 Buat Salinan Sekarang', 'Dibuat sendiri');
  shop.clock.advance(2000);
  await chat.tap('📸 Buat Salinan Sekarang');
  await chat.waitForToast('Salinan #1 sudah berisi');
  expect(await snapshots()).toMatchObject([{ id: 1, kind: 'manual' }]);
  await edit(id, 0, 'Akun <Baru>');
  await remove(deleted);
  await shop.product({ code: 'C', name: 'Akun C', contents: [] });
  const detail = await tapData('cfg:open:1', 'Salinan #1');
  expect(detail.text).toContain('🛒 Produk: 2, berubah 1 (Akun <Baru>); dihapus 1 (Akun B); baru 1 (Akun C)');
  expect(detail.text).toContain('🛠 Template: 6, sama');
  shop.clock.advance(2000);
  await chat.tap('📥 Unduh (.json)');
  const message = await chat.waitFor('💾 Salinan #1');
  const text = (await chat.download(message)).toString('utf8');
  expect(JSON.parse(text).content.products).toMatchObject([{ name: 'Akun A', terms: 'SNK A' }, { name: 'Akun B' }]);
  expect(text).not.toContain('rahasia-stok');
});

test('restoring puts back what changed and what was deleted, and leaves newer things, stock and money alone', async () => {
  const [category] = await query<{ id: number }>("INSERT INTO categories (name) VALUES ('Film') RETURNING id");
  const a = await shop.product({ code: 'A', name: 'Akun A', price: 10_000, contents: ['x', 'y'], terms: 'SNK A' });
  const b = await shop.product({ code: 'B', name: 'Akun B', contents: ['z'] });
  const c = await shop.product({ code: 'C', name: 'Akun C', contents: [] });
  await query('UPDATE products SET category_id = $1 WHERE id = $2', [category!.id, b]);
  const before = await products();
  await openAdminChat();
  await tap('📸 Buat Salinan Sekarang', 'Dibuat sendiri');
  await edit(a, 1, '99000');
  await remove(b);
  await remove(c);
  await query("INSERT INTO templates (key, body, updated_by) VALUES ('welcome', 'Hai', 1)");
  await query('DELETE FROM categories');
  const newer = await shop.product({ code: 'c', name: 'Akun C Baru', contents: ['w'] });
  const stock = await query('SELECT id, product_id, status FROM stock_units ORDER BY id');

  await tapData('cfg:restore:1', 'Pulihkan keadaan ini?');
  await tap('⬅️ Tidak Jadi', 'Isi, dan yang terjadi');
  await tap('♻️ Pulihkan', 'Pulihkan keadaan ini?');
  const report = await tap('♻️ Ya, Pulihkan', 'sudah dipulihkan');
  expect(report.text).toContain('🛒 Produk\n✅ Dikembalikan 2 (Akun A, Akun B)');
  expect(report.text).toContain('Tidak bisa, kodenya sudah dipakai yang lain: 1 (Akun C)');
  expect(report.text).toContain('Lebih baru, dibiarkan 1 (Akun C Baru)');
  expect(report.text).toContain('🛠 Template\n✅ Dikembalikan 1 (👋 Sambutan)');
  expect(report.text).toContain('🗂 Kategori\n✅ Dikembalikan 1 (Film)');
  expect((await products()).filter((product) => product.id !== newer)).toEqual(before.filter(({ id }) => id !== c));
  expect(await query('SELECT key FROM templates')).toEqual([]);
  expect(await query('SELECT id, product_id, status FROM stock_units ORDER BY id')).toEqual(stock);
  await chat.waitFor(/Konfigurasi dipulihkan dari salinan #1: 4 hal dikembalikan, 1 tidak bisa/, { since: 0 });
  const [entry] = await query<{ before: { snapshot: number } }>(
    "SELECT before FROM audit_log WHERE action = 'configuration.restored'",
  );
  const safety = entry!.before.snapshot;
  expect(report.text).toContain(`Pulihkan salinan #${safety}`);

  const undone = await tapData(`cfg:restored:${safety}`, 'sudah dipulihkan');
  expect(undone.text).toContain('Lebih baru, dibiarkan 1 (Akun B)');
  expect((await products()).find((product) => product.id === a)?.price).toBe(99_000);
  expect(await query('SELECT body FROM templates')).toEqual([{ body: 'Hai' }]);
});

test('a product that was ordered and archived comes back as the one that it was', async () => {
  const id = await shop.product({ code: 'A', name: 'Akun A', contents: ['x'] });
  await openAdminChat();
  await tap('📸 Buat Salinan Sekarang', 'Dibuat sendiri');
  await query("UPDATE products SET status = 'archived', sold = 3 WHERE id = $1", [id]);
  await tapData('cfg:restored:1', 'Dikembalikan 1 (Akun A)');
  expect(await query('SELECT status, sold FROM products')).toEqual([{ status: 'active', sold: 3 }]);
  await tapData('cfg:restored:77', 'sudah tidak ada');
  await openAdminChat();
  await tapData('cfg:open:77', 'sudah tidak ada');
});

test('a second tap on a restore leaves the report of the first on the screen', async () => {
  const id = await shop.product({ code: 'A', name: 'Akun A', price: 10_000, contents: [] });
  await openAdminChat();
  await tap('📸 Buat Salinan Sekarang', 'Dibuat sendiri');
  await edit(id, 1, '99000');
  await tapData('cfg:restore:1', 'Pulihkan keadaan ini?');
  const report = await tap('♻️ Ya, Pulihkan', 'sudah dipulihkan');
  await chat.tapData('cfg:restored:1', { messageId: report.id, force: true });
  const toast = await chat.waitForToast('Salinan #1 sudah dipulihkan');
  expect(toast.text).toMatch(/Pulihkan salinan #\d/);
  expect((await chat.messages()).find((message) => message.id === report.id)?.text).toBe(report.text);
});

test('a code that another product took over goes back to the one that had it', async () => {
  const a = await shop.product({ code: 'A', contents: [] });
  const b = await shop.product({ code: 'B', contents: [] });
  await openAdminChat();
  await tap('📸 Buat Salinan Sekarang', 'Dibuat sendiri');
  await query("UPDATE products SET code = 'lain' WHERE id = $1", [a]);
  await query("UPDATE products SET code = 'a' WHERE id = $1", [b]);
  await tapData('cfg:restored:1', 'sudah dipulihkan');
  expect((await products()).map(({ code }) => code)).toEqual(['A', 'B']);
});

test('vouchers go back to what they gave; how often they were used stays', async () => {
  const { person, chat: customer } = await shop.customer();
  await customer.send('/start');
  await customer.waitFor('Selamat datang');
  const product = await shop.product({ code: 'A', contents: [] });
  const insert = `INSERT INTO vouchers (code, kind, value, max_uses, starts_on, ends_on) VALUES ($1, $2, $3, 5, $4, NULL) RETURNING id`;
  const [voucher] = await query<{ id: number }>(insert, ['HEMAT', 'percent', 10, '2026-01-31']);
  const [order] = await query<{ id: number }>(
    `INSERT INTO orders (ref, user_id, status, method, subtotal, total, checkout_message_id)
     VALUES ('tg1-a', $1, 'delivered', 'qris', 1000, 1000, 1) RETURNING id`,
    [person.id],
  );
  await query('INSERT INTO voucher_uses (order_id, voucher_id, user_id, taken_at) VALUES ($1, $2, $3, now())', [
    order!.id,
    voucher!.id,
    person.id,
  ]);
  const vouchers = () =>
    query("SELECT code, kind, value, max_uses, starts_on::text, ends_on, active FROM vouchers WHERE code = 'HEMAT'");
  const before = await vouchers();
  await openAdminChat();
  await tap('📸 Buat Salinan Sekarang', 'Dibuat sendiri');
  await query("UPDATE vouchers SET active = false, max_uses = 1, starts_on = '2026-02-01', ends_on = '2026-03-01'");
  await query(insert, ['BARU', 'rupiah', 500, null]);
  const report = await tapData('cfg:restored:1', 'sudah dipulihkan');
  expect(report.text).toContain('🎟️ Voucher\n✅ Dikembalikan 1 (HEMAT)\n⏭ Lebih baru, dibiarkan 1 (BARU)');
  expect(await vouchers()).toEqual(before);
  expect(await query('SELECT voucher_id FROM voucher_uses')).toEqual([{ voucher_id: voucher!.id }]);
  expect(await products()).toMatchObject([{ id: product }]);
});

test('who may not edit templates does not restore them either', async () => {
  await shop.product({ code: 'A', name: 'Akun A', price: 10_000, contents: [] });
  await openAdminChat();
  await tap('📸 Buat Salinan Sekarang', 'Dibuat sendiri');
  await query("INSERT INTO templates (key, body, updated_by) VALUES ('welcome', 'Milik owner', 1)");
  await query('UPDATE products SET price = 5');
  chat = shop.admin.chatWith(shop.bot);
  await openAdminChat();
  const report = await tapData('cfg:restored:1', 'sudah dipulihkan');
  expect(report.text).toContain('🛠 Template\n🔒 Dilewati: hanya owner');
  expect(await query('SELECT body FROM templates')).toEqual([{ body: 'Milik owner' }]);
  expect((await products())[0]?.price).toBe(10_000);
});

test('only the newest 200 automatic snapshots are kept; those made by hand stay', async () => {
  const id = await shop.product({ code: 'A', price: 10_000, contents: [] });
  await openAdminChat();
  await tap('📸 Buat Salinan Sekarang', 'Dibuat sendiri');
  await query(
    `INSERT INTO configuration_contents (hash, content) SELECT 'h' || n, '{}' FROM generate_series(1, 210) n`,
  );
  await query(
    `INSERT INTO configuration_snapshots (at, kind, reason, actor_id, content_hash)
     SELECT now(), 'automatic', 'uji', 1, 'h' || n FROM generate_series(1, 210) n`,
  );
  await edit(id, 1, '20000');
  const kept = await snapshots();
  expect(kept.filter(({ kind }) => kind === 'automatic')).toHaveLength(200);
  expect(kept[0]).toMatchObject({ id: 1, kind: 'manual' });
  expect(await query('SELECT hash FROM configuration_contents')).toHaveLength(200);
  const list = await tapData('cfg:list:99', /halaman 41 dari 41/);
  expect(list.text).toContain('#1 ·');
});
