import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';
import { upToCart, useCode, voucher } from '../support/vouchers.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.admin.chatWith(shop.bot);
});
afterEach(() => shop.close());

const { answer, tap } = inTurns(() => ({ shop, chat }), 5000);

async function openAdminChat(reply = 'Kelola Voucher') {
  await answer('/admin', 'Admin Settings');
  return tap('🎟️ Kelola Voucher', reply);
}

const vouchers = () =>
  shop.database.db.query(
    `SELECT code, kind, value, max_uses, starts_on::text, ends_on::text, active FROM vouchers ORDER BY id`,
  );
const audited = () =>
  shop.database.db.query<{ action: string; target: string; actor_id: number }>(
    'SELECT action, target, actor_id FROM audit_log ORDER BY id',
  );

test('several vouchers are made at once, audited, told to the owner, and used by a customer', async () => {
  await shop.product({ code: 'A', name: 'Akun A', price: 20_000, contents: ['barang-1'] });
  await openAdminChat('Belum ada voucher');
  await tap('➕ Tambah Voucher', 'KODE | NOMINAL | BATAS_PAKAI');
  await shop.restart();
  await answer('hemat | 10% | 100\n\nGAJIAN | Rp5.000 | 50 | 2020-01-01 | 2999-12-31', '2 voucher tersimpan');
  expect(await vouchers()).toEqual([
    { code: 'HEMAT', kind: 'percent', value: 10, max_uses: 100, starts_on: null, ends_on: null, active: true },
    {
      code: 'GAJIAN',
      kind: 'rupiah',
      value: 5000,
      max_uses: 50,
      starts_on: '2020-01-01',
      ends_on: '2999-12-31',
      active: true,
    },
  ]);
  await shop.owner
    .chatWith(shop.bot)
    .waitFor(/Voucher baru: HEMAT \(10%, 100×\), GAJIAN \(Rp5\.000, 50×\)/, { since: 0 });
  expect(await audited()).toEqual([{ action: 'voucher.created', target: 'vouchers', actor_id: shop.admin.id }]);

  const { chat: customer } = await shop.customer();
  await upToCart(shop, customer, { code: 'A', name: 'Akun A' });
  await useCode(shop, customer, 'gajian');
  const list = await tap('⬅️ Daftar Voucher', 'Kelola Voucher');
  expect(list.text).toMatch(/1\. GAJIAN · Rp5\.000\s+✅ Aktif · 0\/50 dipakai\s+🗓 1 Januari 2020 – 31 Desember 2999/);
  expect(list.text).toMatch(/2\. HEMAT · 10%\s+✅ Aktif · 0\/100 dipakai\s+🗓 tanpa batas waktu/);
});

test('every wrong line is told with its place and reason, and none of the lines is saved', async () => {
  await voucher(shop, { code: 'LAMA' });
  await openAdminChat();
  await tap('➕ Tambah Voucher', 'Contoh');
  for (const [typed, reason] of [
    ['HEMAT', 'Baris 1: bagiannya kurang'],
    ['BAGUS | 10% | 5\nHEMAT | 0% | 5', 'Baris 2, bagian 2 (NOMINAL): persennya 1 sampai 100'],
    ['HEMAT | 10% | 5 | 2026-13-01 | 2999-01-01', 'bagian 4 (MULAI): tanggal ini tidak ada'],
    ['HEMAT | 10% | 5 | 2020-01-01 | 2020-01-02', 'bagian 5 (SAMPAI): tanggal ini sudah lewat'],
    ['BAGUS | 10% | 5\nlama | 10% | 5', 'Baris 2, bagian 1 (KODE): kode ini sudah pernah dibuat'],
    ['<b>🎉</b> | 10% | 5', 'bagian 1 (KODE): hanya boleh huruf'],
    ["'; DROP TABLE vouchers; --", 'bagiannya kurang'],
    ['|'.repeat(4000), 'terlalu banyak'],
    ['x\n'.repeat(2000), 'paling banyak 50 voucher'],
    ['A|x|y\n'.repeat(50), 'dan 140 kesalahan lain'],
  ] as const) {
    const again = await answer(typed, reason);
    expect(again.text).toContain('KODE | NOMINAL | BATAS_PAKAI');
  }
  await chat.sendDocument({ bytes: 'HEMAT | 10% | 5', fileName: 'voucher.txt' });
  await chat.waitFor('dalam bentuk teks');
  expect(await vouchers()).toHaveLength(1);
  expect(await audited()).toEqual([]);
  await answer('HEMAT | 10% | 5', '1 voucher tersimpan');
  expect(await shop.database.db.query('SELECT wizard FROM conversations')).toEqual([]);
});

test('two admins who make the same code at once: one does, the other is told', async () => {
  const second = await shop.client.createUser({ firstName: 'Rina' });
  shop.env.TELEGRAM_ADMIN_IDS = `${shop.admin.id},${second.id}`;
  await shop.restart();
  const adminChats = [chat, second.chatWith(shop.bot)];
  for (const adminChat of adminChats) {
    await adminChat.send('/admin');
    await adminChat.waitFor('Admin Settings');
    await adminChat.tap('🎟️ Kelola Voucher');
    await adminChat.waitFor('Kelola Voucher');
    await adminChat.tap('➕ Tambah Voucher');
    await adminChat.waitFor('Contoh');
  }
  await Promise.all(adminChats.map((adminChat) => adminChat.send('KEMBAR | 10% | 5')));
  const told = await Promise.all(adminChats.map((adminChat) => adminChat.waitFor(/tersimpan|sudah pernah dibuat/)));
  expect(told.filter(({ text }) => text.includes('tersimpan'))).toHaveLength(1);
  expect(await vouchers()).toHaveLength(1);
});

test('a voucher is switched off and on, each once, and the list turns its pages', async () => {
  for (let n = 1; n <= 6; n += 1) await voucher(shop, { code: `KODE-${n}` });
  const first = await openAdminChat('halaman 1 dari 2');
  expect(first.text).toContain('1. KODE-6');
  await tap('➡️', 'halaman 2 dari 2');
  await tap('1', 'Status: ✅ Aktif');
  await tap('🚫 Nonaktifkan', 'Status: 🚫 Nonaktif');
  const [row] = await shop.database.db.query<{ id: number }>(`SELECT id FROM vouchers WHERE code = 'KODE-1'`);
  await chat.tapData(`vch:off:${row!.id}`, { force: true });
  await chat.waitForToast('memang sudah nonaktif');
  await tap('✅ Aktifkan', 'Status: ✅ Aktif');
  expect(await audited()).toEqual([
    { action: 'voucher.switched', target: 'voucher:KODE-1', actor_id: shop.admin.id },
    { action: 'voucher.switched', target: 'voucher:KODE-1', actor_id: shop.admin.id },
  ]);
  await shop.owner.chatWith(shop.bot).waitFor('Voucher KODE-1 dinonaktifkan', { since: 0 });
  for (const data of ['vch:open:999', 'vch:on:999', 'vch:off:999']) {
    shop.clock.advance(5000);
    await chat.tapData(data, { force: true });
    await chat.waitForToast('tidak ditemukan');
  }
  await tap('⬅️ Daftar Voucher', 'halaman 1 dari 2');
  const { chat: customer } = await shop.customer();
  await customer.send('/start');
  await customer.waitFor('Selamat datang');
  await customer.tapData('vch:list:0', { force: true });
  await customer.waitForToast('khusus admin');
});
