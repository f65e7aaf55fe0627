import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { buyWithTerms, fulfil, PIXEL, PRODUCT, TERMS } from '../support/terms.ts';
import { inTurns } from '../support/turns.ts';

let shop: TestStore;
let adminChat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  adminChat = shop.admin.chatWith(shop.bot);
});
afterEach(() => shop.close());

const { answer, tap } = inTurns(() => ({ shop, chat: adminChat }));

async function openAdminChat() {
  await answer('/admin', 'Admin Settings');
  return tap('📜 Kelola SNK Produk', 'Kelola SNK Produk');
}

const terms = async (code: string) =>
  (await shop.database.db.query<{ terms: string | null }>('SELECT terms FROM products WHERE code = $1', [code]))[0]
    ?.terms;
const audit = async () =>
  (
    await shop.database.db.query<{ action: string; after: unknown }>('SELECT action, after FROM audit_log ORDER BY id')
  ).map(({ action, after }) => [action, after]);
const forms = () => shop.database.db.query('SELECT wizard FROM conversations');

test('terms are added, changed and deleted through buttons; the owner hears of each, and it is audited', async () => {
  await shop.product({ code: 'A', name: 'Akun <A>', contents: [] });
  await openAdminChat();
  await tap('Akun <A> (A)', 'belum punya SNK');
  await tap('➕ Tambah SNK', 'Kirim teks SNK yang baru');
  const saved = await answer('Satu <b> & "dua"', 'SNK tersimpan');
  expect(saved.text).toContain('Satu <b> & "dua"');
  await tap('✏️ Ubah SNK', 'Kirim teks SNK yang baru');
  await answer('Tiga', 'SNK tersimpan');
  await tap('🗑 Hapus SNK', 'Hapus SNK Akun <A>');
  await tap('⬅️ Tidak Jadi', 'Tiga');
  await tap('🗑 Hapus SNK', 'Hapus SNK Akun <A>');
  await tap('🗑 Ya, Hapus', 'SNK dihapus');
  expect(await terms('A')).toBeNull();
  expect(await audit()).toEqual([
    ['product.changed', { terms: 'Satu <b> & "dua"' }],
    ['product.changed', { terms: 'Tiga' }],
    ['product.changed', { terms: null }],
  ]);
  const told = await shop.database.db.query(`SELECT 1 FROM owner_events WHERE text LIKE '%Akun &lt;A&gt;%(SNK)%'`);
  expect(told).toHaveLength(3);
  await shop.owner.chatWith(shop.bot).waitFor('(SNK)', { since: 0 });
});

test('the form in one line takes a number or a code, and deletes on "hapus"', async () => {
  const id = await shop.product({ code: 'A', name: 'Akun A', contents: [] });
  await openAdminChat();
  await tap('✍️ Ketik Formulir', 'Formulir SNK');
  await answer(`${id} | Satu | dua <3>`, 'SNK tersimpan');
  expect(await terms('A')).toBe('Satu | dua <3>');
  await openAdminChat();
  await tap('✍️ Ketik Formulir', 'Formulir SNK');
  await answer('a|baru', 'SNK tersimpan');
  expect(await terms('A')).toBe('baru');
  await openAdminChat();
  await tap('✍️ Ketik Formulir', 'Formulir SNK');
  await answer('a|baru', 'sama seperti tadi');
  await openAdminChat();
  await tap('✍️ Ketik Formulir', 'Formulir SNK');
  await answer('A | HAPUS', 'SNK dihapus');
  expect(await terms('A')).toBeNull();
  expect(await audit()).toHaveLength(3);
  expect(await forms()).toEqual([]);
});

test('every wrong line is asked again with the reason, also after a restart, and changes nothing', async () => {
  const id = await shop.product({ code: 'A', name: 'Akun A', contents: [], terms: 'lama' });
  await shop.product({ code: String(id), name: 'Kode Angka', contents: [] });
  await openAdminChat();
  await tap('✍️ Ketik Formulir', 'Formulir SNK');
  for (const [typed, reason] of [
    ['SNK tanpa garis', 'tanda "|"'],
    ['🙂', 'tanda "|"'],
    ['| isi', 'belum ada'],
    ['A |', 'masih kosong'],
    [`A | ${'x'.repeat(3001)}`, 'maksimal 3000'],
    ['tidak-ada | isi', 'Tidak ada produk'],
    ["'; DROP TABLE products; -- | isi", 'Tidak ada produk'],
    [`${'9'.repeat(30)} | isi`, 'Tidak ada produk'],
    [`${id} | isi`, 'juga ID produk lain'],
  ] as const) {
    const again = await answer(typed, reason);
    expect(again.text).toContain('Formulir SNK');
  }
  await adminChat.sendPhoto({ bytes: PIXEL, caption: 'A | isi' });
  await adminChat.waitFor('bentuk teks');
  await shop.restart();
  expect(await terms('A')).toBe('lama');
  await answer('A | isi', 'SNK tersimpan');
});

test('the question for one product refuses what is no text and survives a product that goes away', async () => {
  const id = await shop.product({ code: 'A', name: 'Akun A', contents: [] });
  await openAdminChat();
  await tap('Akun A (A)', 'belum punya SNK');
  await tap('➕ Tambah SNK', 'Kirim teks SNK yang baru');
  await adminChat.sendPhoto({ bytes: PIXEL });
  await adminChat.waitFor('bentuk teks');
  await answer('x'.repeat(3001), 'maksimal 3000');
  await answer('hapus', 'memang belum punya SNK');
  await tap('➕ Tambah SNK', 'Kirim teks SNK yang baru');
  await shop.database.db.query('DELETE FROM products');
  await answer('isi', 'sudah tidak ada');
  for (const data of [`product:${id}`, `edit:${id}`, `delete:${id}`, `deleted:${id}:1`, 'proof:1:0:0:0']) {
    await answer('/admin', 'Admin Settings');
    await adminChat.tapData(`snkd:${data}`, { force: true });
    await adminChat.waitFor('sudah tidak ada');
  }
  expect([await audit(), await forms()]).toEqual([[], []]);
});

test('terms that another admin wrote meanwhile are not deleted unseen', async () => {
  await shop.product({ code: 'A', name: 'Akun A', contents: [], terms: 'lama' });
  await openAdminChat();
  await tap('Akun A (A)', 'lama');
  await tap('🗑 Hapus SNK', 'Hapus SNK Akun A');
  await shop.database.db.query(`UPDATE products SET terms = 'baru', updated_at = now() + interval '1 second'`);
  expect((await tap('🗑 Ya, Hapus', 'baru saja diubah')).text).toMatch(/\nbaru$/);
  expect(await terms('A')).toBe('baru');
  await tap('🗑 Hapus SNK', 'Hapus SNK Akun A');
  await tap('🗑 Ya, Hapus', 'SNK dihapus');
});

test('products are listed five a page, with or without terms', async () => {
  for (let index = 1; index <= 6; index += 1) {
    await shop.product({
      code: `K${index}`,
      name: `P${index}`,
      contents: [],
      ...(index === 6 ? { terms: 'ada' } : {}),
    });
  }
  expect((await openAdminChat()).text).toContain('halaman 1 dari 2');
  expect((await tap('➡️', 'halaman 2 dari 2')).text).toContain('P6');
  const without = await tap('➖ Belum Ada', 'Belum Ada (halaman 1 dari 1)');
  expect(without.text).not.toContain('P6');
  const having = await tap('✅ Ada SNK', 'Ada SNK (halaman 1 dari 1)');
  expect(having.text).toContain('P6');
  expect(having.text).not.toContain('P1');
  await tap('⬅️ Kembali ke Menu Admin', 'Admin Settings');
});

test('proofs are found by product and by invoice, and opened; a customer at these buttons is refused', async () => {
  const productId = await shop.product({ ...PRODUCT, contents: ['satu', 'dua'], terms: TERMS });
  const { chat, ref } = await buyWithTerms(shop);
  await fulfil(shop, chat, 'bukti <teks>');
  const second = await buyWithTerms(shop, { chat });
  await chat.tap('✅ Penuhi SNK', { messageId: second.terms.id });
  await chat.waitFor('Kirim buktinya');
  shop.clock.advance(5000);
  await chat.sendPhoto({ bytes: PIXEL, caption: 'bukti &foto' });
  await chat.waitFor('sudah kami terima');
  await adminChat.waitFor('bukti &foto', { since: 0 });

  await openAdminChat();
  const all = await tap('📎 Bukti Masuk', 'halaman 1 dari 1');
  for (const part of ['Budi', PRODUCT.name, ref, second.ref, '🖼 Foto', '📝 Teks']) expect(all.text).toContain(part);
  expect(all.text).not.toContain('bukti <teks>');
  expect(await tap('1', 'bukti &foto')).toMatchObject({ kind: 'photo' });
  await tap('⬅️ Kembali', 'halaman 1 dari 1');
  expect((await tap('2', 'bukti <teks>')).text).toContain(ref);
  await tap('⬅️ Kembali', 'halaman 1 dari 1');

  await tap('🔎 Cari Invoice', 'nomor invoice');
  await answer('tg1-tidakada', 'Tidak ada order');
  await adminChat.sendPhoto({ bytes: PIXEL });
  await adminChat.waitFor('bentuk teks');
  const found = await answer(` ${ref} `, 'halaman 1 dari 1');
  expect(found.text).not.toContain(second.ref);
  await tap('1', 'bukti <teks>');
  await tap('⬅️ Kembali', ref);
  await tap('⬅️ Kembali', 'Kelola SNK Produk');
  await tap(`Netflix <1 bulan> & "teman" (NF-1)`, TERMS);
  await tap('📎 Bukti Masuk (2)', 'halaman 1 dari 1');

  shop.clock.advance(5000);
  for (const data of [`proofs:${productId}:0:0`, 'proof:1:0:0:0', `deleted:${productId}:1`]) {
    await chat.tapData(`snkd:${data}`, { force: true });
    await chat.waitForToast('khusus admin');
    shop.clock.advance(5000);
  }
  expect(await terms('NF-1')).toBe(TERMS);
});

test('a proof whose file belongs to the bot that the store had before is still shown, without it', async () => {
  await shop.product({ ...PRODUCT, contents: ['satu'], terms: TERMS });
  const { chat } = await buyWithTerms(shop);
  await chat.tap('✅ Penuhi SNK');
  await chat.waitFor('Kirim buktinya');
  await chat.sendPhoto({ bytes: PIXEL, caption: 'bukti foto' });
  await chat.waitFor('sudah kami terima');
  await adminChat.waitFor('bukti foto', { since: 0 });
  for (const method of ['editMessageMedia', 'sendPhoto']) {
    const description = 'Bad Request: wrong file identifier/HTTP URL specified';
    await shop.client.faults.add({ target: 'telegram', method, kind: '400', description, times: 'always' });
  }
  await openAdminChat();
  await tap('📎 Bukti Masuk', 'halaman 1 dari 1');
  expect(await tap('1', 'bukti foto')).toMatchObject({ kind: 'text' });
  shop.clock.advance(5000);
  await chat.tap('✅ Penuhi SNK');
  expect(await chat.waitFor('bukti foto')).toMatchObject({ kind: 'text' });
});
