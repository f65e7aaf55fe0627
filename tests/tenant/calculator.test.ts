import { afterEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore, type TestStoreOptions } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
afterEach(() => shop.close());

async function open(options: TestStoreOptions = {}): Promise<void> {
  shop = await startTestStore(options);
  chat = shop.owner.chatWith(shop.bot);
}

const { answer, tap } = inTurns(() => ({ shop, chat }), 2000);

async function tapData(data: string, toast: string) {
  shop.clock.advance(2000);
  await chat.tapData(data, { force: true });
  await chat.waitForToast(toast);
}

async function openAdminChat() {
  await answer('/admin', 'Admin Settings');
  return tap('🧮 Calculator', 'Mau menghitung apa?');
}

async function refund(price: string, total: string, used: string, claims: string) {
  await answer(price, 'langkah 2 dari 4');
  await answer(total, 'langkah 3 dari 4');
  await answer(used, 'langkah 4 dari 4');
  return answer(claims, 'Hasil Hitung Refund');
}

const query = <R>(text: string) => shop.database.db.query<R>(text);
const settings = async () =>
  (await query<{ key: string; value: string }>('SELECT key, value FROM settings ORDER BY key')).map(
    ({ key, value }) => `${key}: ${value}`,
  );
const audited = () => query('SELECT action, target, before, after FROM audit_log ORDER BY id');
const wizards = () => query('SELECT wizard, step FROM conversations');

test('a refund is worked out step by step, through a restart, and again', async () => {
  await open();
  chat = shop.admin.chatWith(shop.bot);
  const adminChat = await openAdminChat();
  expect(adminChat.text).toContain('harga * sisa_hari / total_hari * (1 - klaim * 0.1)');
  expect(adminChat.text).toContain('0,7% + Rp310');
  expect(labelsOf(adminChat)).toEqual(['♻️ Hitung Refund', '💳 Biaya Deposit', '⬅️ Kembali ke Menu Admin']);
  await tap('♻️ Hitung Refund', 'langkah 1 dari 4');
  for (const [typed, reply] of [
    ['Rp50.000', 'langkah 2 dari 4'],
    ['30', 'langkah 3 dari 4'],
    ['11', 'langkah 4 dari 4'],
  ] as const) {
    await shop.restart();
    await answer(typed, reply);
  }
  await shop.restart();
  const result = await answer('1', 'Hasil Hitung Refund');
  expect(result.text).toContain('Sisa: 30 − 11 = 19 hari dari 30');
  expect(result.text).toContain('1. 50.000 × 19 = 950.000');
  expect(result.text).toContain('2. 950.000 ÷ 30 = 31.666,6666…');
  expect(result.text).toContain('3. 1 × 0,1 = 0,1');
  expect(result.text).toContain('4. 1 − 0,1 = 0,9');
  expect(result.text).toContain('5. 31.666,6666… × 0,9 = 28.500\n');
  expect(result.text).toContain('Refund: Rp28.500');
  expect(result.text).not.toContain('dibulatkan');
  expect(labelsOf(result)).toEqual(['🔁 Hitung Lagi', '⬅️ Calculator', '⬅️ Kembali ke Menu Admin']);
  expect(await wizards()).toEqual([]);

  await tap('🔁 Hitung Lagi', 'langkah 1 dari 4');
  const rounded = await refund('10.000', '3', '1', '0');
  expect(rounded.text).toContain('Hasil rumus: 6.666,6666…\n↳ dibulatkan ke bawah, ke rupiah penuh');
  expect(rounded.text).toContain('Refund: Rp6.666');
  await tap('🔁 Hitung Lagi', 'langkah 1 dari 4');
  const none = await refund('100000000', '36500', '0', '1000');
  expect(none.text).toContain('di bawah nol, jadi refundnya nol');
  expect(none.text).toContain('Refund: Rp0');
  await tap('⬅️ Calculator', 'Mau menghitung apa?');
  await tap('⬅️ Kembali ke Menu Admin', 'Admin Settings');
  expect(await audited()).toEqual([]);
});

test('every wrong answer is told with its reason and the question again, and what was said stays', async () => {
  await open();
  await openAdminChat();
  await tap('♻️ Hitung Refund', 'langkah 1 dari 4');
  const wrong = {
    price: [
      ['   🎉', 'bukan nominal'],
      ['<b>5000</b>', 'bukan nominal'],
      ["1'; DROP TABLE settings; --", 'bukan nominal'],
      ['-5000', 'di bawah nol'],
      ['0', 'Paling kecil Rp1'],
      ['1000,50', 'Tanpa sen'],
      ['9'.repeat(4000), 'Terlalu besar'],
    ],
    total: [
      ['0', 'paling sedikit 1 hari'],
      ['-30', 'di bawah nol'],
      ['30 hari 🎉', 'bukan bilangan bulat'],
      ['1,5', 'tanpa koma'],
      ['99999999999999999999', 'paling banyak 36.500'],
    ],
    used: [['31', 'lebih dari total 30 hari']],
    claims: [
      ['1001', 'paling banyak 1.000'],
      ['Infinity', 'bukan bilangan bulat'],
    ],
  } as const;
  const right = { price: '50000', total: '30', used: '30', claims: '0' };
  for (const [index, step] of (['price', 'total', 'used', 'claims'] as const).entries()) {
    const question = `langkah ${index + 1} dari 4`;
    for (const [typed, reason] of wrong[step]) {
      const again = await answer(typed, reason);
      expect(again.text).toContain(question);
      expect(labelsOf(again)).toEqual(['❌ Batal']);
    }
    shop.clock.advance(2000);
    await chat.sendPhoto({ bytes: PIXEL });
    expect((await chat.waitFor('dalam bentuk teks')).text).toContain(question);
    shop.clock.advance(2000);
    await chat.sendDocument({ bytes: '50000', fileName: 'harga.txt' });
    expect((await chat.waitFor('dalam bentuk teks')).text).toContain(question);
    await answer(right[step], index < 3 ? `langkah ${index + 2} dari 4` : 'Refund: Rp0');
  }
  await tap('🔁 Hitung Lagi', 'langkah 1 dari 4');
  await tap('❌ Batal', 'Admin Settings');
  expect(await wizards()).toEqual([]);
});

test('a fee is shown for who pays it, and changed with its own reasons', async () => {
  await open();
  await openAdminChat();
  await tap('💳 Biaya Deposit', 'Berapa nominal');
  await answer('🎉', /bukan nominal[\s\S]*Berapa nominal/);
  await shop.restart();
  const result = await answer('Rp10.001', 'Hasil Biaya Deposit');
  expect(result.text).toContain('Biaya: 0,7% + Rp310 = Rp381');
  expect(result.text).toContain('0,7% dari nominal = Rp71, dibulatkan ke atas');
  expect(result.text).toContain('Pelanggan bayar: Rp10.382\nToko menerima: Rp10.001');
  expect(result.text).toContain('Pelanggan bayar: Rp10.001\nToko menerima: Rp9.620');
  await tap('✏️ Ubah Biaya', 'Kirim yang baru');
  for (const [typed, reason] of [
    ['0,7', 'tambahkan tanda %'],
    ['-5', 'tidak terbaca'],
    ['101%', 'paling banyak 100%'],
    ['0,123%', 'dua angka di belakang koma'],
    ['1% + 2%', 'satu persen dan satu rupiah'],
    ['1% +', 'bagian rupiahnya kosong'],
    ['2000000', 'paling banyak Rp1.000.000'],
    ['<i>1%</i>', 'tidak terbaca'],
  ] as const) {
    expect((await answer(typed, reason)).text).toContain('Kirim yang baru');
  }
  expect((await answer('5.000 + 1.25 %', 'Sudah pas?')).text).toContain('1,25% + Rp5.000 = Rp6.250');
  expect((await tap('💾 Simpan', 'tersimpan')).text).toMatch(/1,25% \+ Rp5\.000\s+✏️ Diubah oleh Pak Bos/);
  expect(await settings()).toEqual(['calculator.fee: 1,25% + Rp5.000']);
  await tap('💳 Biaya Deposit', 'Berapa nominal');
  await answer('100', 'toko nombok Rp4.902');
});

test('an owner changes the formula after seeing what it gives, owners hear of it, and it goes back to the default', async () => {
  await open();
  await openAdminChat();
  await tap('✏️ Ubah Rumus', 'Kirim yang baru');
  const typed = 'max(Harga * sisa_hari\n/ total_hari - klaim * 5000, 0)';
  const kept = 'max(Harga * sisa_hari / total_hari - klaim * 5000, 0)';
  const preview = await answer(typed, 'Sudah pas?');
  expect(preview.text).toContain('Refund: Rp61.666');
  expect(await settings()).toEqual([]);
  await shop.restart();
  await tap('💾 Simpan', 'Rumus refund tersimpan');
  expect(await settings()).toEqual([`calculator.formula: ${kept}`]);
  await chat.waitFor(/Rumus refund diubah: harga .* → max\(.*\)\.\s+👤 Oleh Pak Bos/, { since: 0 });
  const before = { formula: 'harga * sisa_hari / total_hari * (1 - klaim * 0.1)' };
  expect(await audited()).toEqual([
    { action: 'calculator.changed', target: 'calculator.formula', before, after: { formula: kept } },
  ]);
  await tapData('wz:calc:save:0', 'tidak berlaku');

  await tap('♻️ Hitung Refund', 'langkah 1 dari 4');
  const result = await refund('30000', '30', '20', '2');
  expect(result.text).toContain('5. max(0; 0) = 0');
  expect(labelsOf(result)).toContain('♻️ Kembalikan ke Bawaan');
  await tap('♻️ Kembalikan ke Bawaan', 'ke bawaan?');
  await tap('⬅️ Tidak Jadi', 'Mau menghitung apa?');
  await tapData('calc:edit:7', 'tidak berlaku');
  await tap('♻️ Hitung Refund', 'langkah 1 dari 4');
  await refund('30000', '30', '20', '0');
  await tap('♻️ Kembalikan ke Bawaan', 'ke bawaan?');
  await tap('♻️ Ya, Kembalikan', 'Rumus refund kembali ke bawaan');
  expect(await settings()).toEqual([]);
  expect(await audited()).toMatchObject([{}, { action: 'calculator.reset', after: before }]);
  await tapData('calc:reset:0', 'memang sudah bawaan');
  await tapData('calc:reseted:0', 'memang sudah bawaan');
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
