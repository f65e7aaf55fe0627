import { afterEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore, type TestStoreOptions } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
afterEach(() => shop.close());

async function open(options: TestStoreOptions = {}): Promise<void> {
  shop = await startTestStore(options);
  chat = shop.owner.chatWith(shop.bot);
}

const { answer, tap } = inTurns(() => ({ shop, chat }), 2000);

async function openAdminChat() {
  await answer('/admin', 'Admin Settings');
  return tap('🧮 Calculator', 'Mau menghitung apa?');
}

const query = <R>(text: string) => shop.database.db.query<R>(text);
const settings = () => query<{ key: string; value: string }>('SELECT key, value FROM settings ORDER BY key');

test('a formula that cannot be used is refused with the reason, the place and the question again', async () => {
  await open();
  await openAdminChat();
  await tap('✏️ Ubah Rumus', 'Kirim yang baru');
  for (const [typed, reason, where] of [
    ['harga * hari', 'hari tidak dikenal', 'Huruf ke-9: harga *  👉 hari'],
    ['constructor', 'constructor tidak dikenal', 'Huruf ke-1: 👉 constructor'],
    ['harga * 🎉', 'tanda 🎉 tidak bisa dipakai', 'Huruf ke-9'],
    ['<b>harga</b>', 'tanda < tidak bisa dipakai', 'Huruf ke-1'],
    ["harga'; DROP TABLE settings; --", "tanda ' tidak bisa dipakai", 'Huruf ke-6'],
    ['harga *', 'seharusnya ada angka', 'Huruf ke-8: harga * 👉 akhir rumus'],
    ['harga sisa_hari', 'seharusnya ada tanda', 'Huruf ke-7: harga  👉 sisa_hari'],
    ['(harga * 2', 'belum ditutup', 'Huruf ke-1: 👉 (harga * 2'],
    ['harga * 2)', 'seharusnya ada tanda', 'Huruf ke-10'],
    ['min(harga)', 'butuh tepat dua nilai', 'Huruf ke-1'],
    ['min(1, 2, 3)', 'butuh tepat dua nilai', 'Huruf ke-1'],
    ['harga - 15.000', 'bisa berarti ribuan atau desimal', 'Huruf ke-9'],
    ['harga * 1.2.3', 'bukan angka yang benar', 'Huruf ke-9'],
    ['harga * 12345678901234567', 'terlalu panjang', 'Huruf ke-9'],
    ['harga / klaim', 'pembagian dengan nol', 'Huruf ke-7: harga  👉 / klaim'],
    ['harga / (total_hari - 30)', 'pembagian dengan nol', 'Huruf ke-7'],
    ['harga * 9876543210 * 9876543210', 'hasilnya terlalu besar', 'Huruf ke-20'],
    [`${'('.repeat(90)}1`, 'terlalu bertumpuk', 'Huruf ke-21'],
    [`${'-'.repeat(90)}1`, 'terlalu bertumpuk', 'Huruf ke-21'],
    [`${'1+'.repeat(2000)}1`, 'maksimal 200 karakter', ''],
  ] as const) {
    const again = await answer(typed, reason);
    expect(again.text).toContain(where);
    expect(again.text).toContain('Kirim yang baru');
    expect(again.buttons.flat().map(({ label }) => label)).toEqual(['❌ Batal']);
  }
  shop.clock.advance(2000);
  await chat.sendDocument({ bytes: 'harga', fileName: 'rumus.txt' });
  await chat.waitFor('dalam bentuk teks');
  // As many steps and as long numbers as fit into a formula still fit into a message.
  await answer('9876543210,12345+'.repeat(11).concat('harga'), 'Sudah pas?');
  expect((await answer('harga+'.repeat(33).concat('1'), 'Sudah pas?')).text).toContain('dan 21 langkah lagi');
  await tap('❌ Batal', 'Admin Settings');
  expect(await settings()).toEqual([]);
});

test('admins calculate and change nothing, unless the store lets them', async () => {
  await open();
  chat = shop.admin.chatWith(shop.bot);
  expect((await openAdminChat()).text).toContain('hanya owner');
  for (const data of ['calc:edit:0', 'calc:reset:1', 'calc:reseted:0']) {
    shop.clock.advance(2000);
    await chat.tapData(data, { force: true });
    await chat.waitForToast('Hanya owner');
  }
  const { chat: customer } = await shop.customer();
  for (const data of ['calc:open', 'calc:refund', 'calc:fee', 'calc:reseted:0', 'wz:calc:save:0']) {
    shop.clock.advance(2000);
    await customer.send('/start');
    await customer.waitFor('Budi');
    shop.clock.advance(2000);
    await customer.tapData(data, { force: true });
    await customer.waitForToast('khusus admin');
  }
  shop.env.TEMPLATE_EDITORS = 'admin';
  await shop.restart();
  await openAdminChat();
  await tap('✏️ Ubah Rumus', 'Kirim yang baru');
  await answer('harga', 'Sudah pas?');
  shop.env.TEMPLATE_EDITORS = 'owner';
  await shop.restart();
  shop.clock.advance(2000);
  await chat.tap('💾 Simpan');
  await chat.waitForToast('Hanya owner');
  expect(await settings()).toEqual([]);
  expect(await query('SELECT wizard FROM conversations')).toEqual([]);
});

test('a rule that another changed meanwhile is not overwritten unseen, and one that nobody understands is not used', async () => {
  await open();
  await openAdminChat();
  await tap('✏️ Ubah Rumus', 'Kirim yang baru');
  await answer('harga - 1', 'Sudah pas?');
  const set = (value: string) =>
    shop.database.db.query(
      `INSERT INTO settings (key, value, updated_by) VALUES ('calculator.formula', $1, 1)
       ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value`,
      [JSON.stringify(value)],
    );
  await set('harga - 2');
  await tap('💾 Simpan', /diubah orang lain menjadi harga - 2/);
  await tap('💾 Simpan', 'Rumus refund tersimpan');
  expect(await settings()).toEqual([{ key: 'calculator.formula', value: 'harga - 1' }]);
  await set('harga ^ 2');
  expect((await openAdminChat()).text).toMatch(/Rumus refund\s+harga \* sisa_hari .*\s+📄 Bawaan/);
});

test('the rules are in the snapshots, and come back with them', async () => {
  await open();
  await openAdminChat();
  await tap('✏️ Ubah Biaya', 'Kirim yang baru');
  await answer('1%', 'Sudah pas?');
  await tap('💾 Simpan', 'tersimpan');
  await tap('✏️ Ubah Rumus', 'Kirim yang baru');
  await answer('harga', 'Sudah pas?');
  await tap('💾 Simpan', 'tersimpan');
  await answer('/admin', 'Admin Settings');
  await tap('💾 Backup Konfigurasi', 'Backup Konfigurasi');
  shop.clock.advance(2000);
  await chat.tapData('cfg:open:2', { force: true });
  await chat.waitFor('🧮 Calculator: 2, berubah 1 (Rumus refund)');
  await tap('♻️ Pulihkan', 'Pulihkan keadaan ini?');
  await tap('♻️ Ya, Pulihkan', 'sudah dipulihkan');
  expect(await settings()).toEqual([{ key: 'calculator.fee', value: '1%' }]);
});
