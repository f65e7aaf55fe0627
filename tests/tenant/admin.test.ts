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

async function openWizard() {
  await answer('/admin', 'Admin Settings');
  await tap('🛒 Kelola Produk', 'Kelola Produk');
  await tap('➕ Tambah Produk', 'Langkah 1/5');
}

const products = () =>
  shop.database.db.query<{ id: number; code: string; terms: string | null }>('SELECT * FROM products ORDER BY id');
const forms = () => shop.database.db.query('SELECT wizard FROM conversations');

/** A product through the wizard, up to the question about its terms. */
async function addProduct(code: string, name: string, goods: string) {
  await openWizard();
  await answer(code, 'Langkah 2/5');
  await answer(name, 'Langkah 3/5');
  await answer('Rp15.000', 'Langkah 4/5');
  await answer('-', 'Langkah 5/5');
  await answer(goods, '1 isi ditambahkan');
}

test('an admin adds a product full of markup, with terms, and a customer sees it', async () => {
  await openWizard();
  await answer('NF-1', 'Langkah 2/5');
  await answer('Netflix <1 bulan> & "teman"', 'Langkah 3/5');
  await answer('15.000', 'Langkah 4/5');
  await answer('Garansi <b>30 hari & "aman"', 'Langkah 5/5');
  await answer('user<a>&b|p"a&ss\nbaris kedua', '1 isi dengan 2 baris, atau 2 isi?');
  const report = await tap('1 isi dengan 2 baris', '1 isi ditambahkan');
  expect(report.buttons.flat().map((button) => button.label)).toEqual(['➕ Tambah SNK', '⏭ Skip SNK']);
  await answer('#massal\nunit-2\nunit-3\n\nunit-2', '2 isi ditambahkan');
  await tap('➕ Tambah SNK', 'Kirim teks SNK');
  const detail = await answer('Jangan ganti <password> & "profil"', 'SNK tersimpan');
  expect(detail.text).toContain('Netflix <1 bulan> & "teman"');
  expect(detail.text).toContain('Stok: 3');
  expect(await products()).toMatchObject([{ code: 'NF-1', terms: 'Jangan ganti <password> & "profil"' }]);
  expect(await forms()).toEqual([]);

  const { chat: customer } = await shop.customer();
  await customer.send('/start p_nf-1');
  const view = await customer.waitFor('Jumlah: 1');
  expect(view.text).toContain('Garansi <b>30 hari & "aman"');
  expect(view.text).toContain('Rp15.000');
});

test('every wrong answer is asked again with the reason, and nothing is saved', async () => {
  await openWizard();
  await answer('kode dengan spasi', 'Kode hanya boleh');
  await chat.sendPhoto({ bytes: PIXEL, caption: 'NF-1' });
  await chat.waitFor('Kirim dalam bentuk teks');
  await answer('NF-1', 'Langkah 2/5');
  await answer('x'.repeat(101), 'maksimal 100 karakter');
  await answer('Netflix', 'Langkah 3/5');
  for (const [typed, reason] of [
    ['gratis', 'bukan harga'],
    ['15,50', 'tanpa sen'],
    ['0', 'paling kecil'],
    ['999.999.999', 'terlalu besar'],
    ['1.5000', 'bukan harga'],
  ] as const) {
    const again = await answer(typed, reason);
    expect(again.text).toContain('Langkah 3/5');
  }
  await answer('15000', 'Langkah 4/5');
  await answer('x'.repeat(1001), 'maksimal 1000 karakter');
  await answer('-', 'Langkah 5/5');
  await chat.sendContact('+62811');
  await chat.waitFor('berupa teks, foto, video, atau berkas');
  await chat.sendDocument({ bytes: 'a\nb', fileName: 'stok.csv', mimeType: 'text/csv' });
  await chat.waitFor('berakhiran .txt');
  await chat.sendDocument({ bytes: Buffer.from([0x61, 0xff, 0xfe]), fileName: 'stok.txt' });
  await chat.waitFor('UTF-8');
  await answer('#massal', 'minimal satu');
  expect(await products()).toEqual([]);
  await chat.sendDocument({ bytes: '\uFEFFa\r\n\r\nb\r\n', fileName: 'stok.txt' });
  const report = await chat.waitFor('2 isi ditambahkan');
  expect(report.text).toContain('Baris kosong dilewati: 1');
});

test('a code that another admin took meanwhile is asked anew, and the rest is kept', async () => {
  await shop.product({ code: 'lama', contents: [] });
  await openWizard();
  await answer('LAMA', 'sudah dipakai');
  await answer('baru', 'Langkah 2/5');
  await answer('Netflix', 'Langkah 3/5');
  await answer('15000', 'Langkah 4/5');
  await answer('-', 'Langkah 5/5');
  await shop.product({ code: 'BARU', contents: [] });
  const asked = await answer('rahasia', 'sudah dipakai');
  expect(asked.text).toContain('Langkah 1/5');
  await answer('baru-2', 'Langkah 5/5');
  await answer('rahasia', '1 isi ditambahkan');
  expect((await products()).map((product) => product.code)).toEqual(['lama', 'BARU', 'baru-2']);
});

test('a restart in the middle of the wizard loses nothing that was typed', async () => {
  await openWizard();
  await answer('NF-1', 'Langkah 2/5');
  await answer('Netflix', 'Langkah 3/5');
  await shop.restart();
  await answer('15000', 'Langkah 4/5');
  await answer('-', 'Langkah 5/5');
  await shop.restart();
  await answer('isi', '1 isi ditambahkan');
  await shop.restart();
  const ready = await tap('⏭ Skip SNK', 'Produk siap dijual');
  expect(ready.text).toContain('Netflix');
  expect(ready.text).toContain('Rp15.000');
});

test.each([
  ['the typed word', () => chat.send('BATAL'), 'Dibatalkan'],
  ['its button', () => chat.tap('❌ Batal'), 'Admin Settings'],
  ['a menu button', () => chat.press('🛍 Semua Produk'), 'Belum ada produk'],
  ['a command', () => chat.send('/start'), 'Selamat datang'],
])('the wizard is left by %s', async (_, leave, reply) => {
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  await openWizard();
  await answer('NF-1', 'Langkah 2/5');
  await leave();
  await chat.waitFor(reply);
  expect(await forms()).toEqual([]);
  await answer('Netflix', 'belum paham');
  expect(await products()).toEqual([]);
});

test('buttons of an older wizard say that they no longer apply and do nothing else', async () => {
  await addProduct('a', 'Produk A', 'isi-a');
  const old = await chat.waitFor('SNK');
  await addProduct('b', 'Produk B', 'isi-b');
  await chat.tap('➕ Tambah SNK', { messageId: old.id });
  expect((await chat.waitForToast('tidak berlaku')).alert).toBe(true);
  expect(await forms()).toEqual([{ wizard: 'product.add' }]);
  await tap('⏭ Skip SNK', 'Produk siap dijual');
  await chat.tapData('wz:cancel', { force: true });
  await chat.waitForToast('tidak berlaku');
  await chat.tapData('wz:nothing', { force: true });
  await chat.waitForToast('tidak berlaku');
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
