import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient, PersonClient } from '../../sandbox/client.ts';
import { buyUpToInvoice, pressQris, startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let adminChat: ChatClient;
let chat: ChatClient;
let person: PersonClient;
beforeEach(async () => {
  shop = await startTestStore();
  adminChat = shop.admin.chatWith(shop.bot);
  ({ chat, person } = await shop.customer('Budi <b>'));
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
});
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun <A>', price: 20_000 };

const { answer, tap, tapData } = inTurns(() => ({ shop, chat: adminChat }));

const open = (action: string, reply: RegExp | string) => tapData(`usd:${action}`, reply);

/** People who came one after the other, with ids from 1000 on. */
const crowd = (many: number) =>
  shop.database.db.query(
    `INSERT INTO users (id, first_name, username, joined_at)
     SELECT 1000 + n, 'Orang ' || n, 'orang' || n, now() + n * interval '1 minute' FROM generate_series(1, $1) n`,
    [many],
  );

const audit = () =>
  shop.database.db.query<{ action: string; target: string; after: unknown }>(
    'SELECT action, target, after FROM audit_log ORDER BY id',
  );

test('users are listed newest first, paged, with marks, and a page beyond the end is the last', async () => {
  await crowd(11);
  await shop.database.db.query('UPDATE users SET blocked_at = now() WHERE id = 1011');
  await shop.database.db.query('UPDATE users SET bot_blocked_at = now() WHERE id = 1010');
  await answer('/admin', 'Admin Settings');
  const first = await tap('👥 Kelola User', 'halaman 1 dari 3');
  expect(first.text).toMatch(/1\. 🚫 Orang 11 \(@orang11\)[\s\S]*2\. 🔕 Orang 10[\s\S]*5\. Orang 7/);
  expect(labelsOf(first)).toEqual(['1', '2', '3', '4', '5', '➡️', '🔍 Cari User', '⬅️ Kembali ke Menu Admin']);
  await tap('➡️', 'halaman 2 dari 3');
  const last = await open('list:999', 'halaman 3 dari 3');
  expect(last.text).toContain('Budi <b>');
  expect(last.text).toMatch(/🛡 Sari \(@sari\)/);
  await tap('⬅️ Kembali ke Menu Admin', 'Admin Settings');
});

test('a user is found by the id, a part of their names, and the number as it is written at home and abroad', async () => {
  await crowd(3);
  await shop.database.db.query(
    `UPDATE users SET username = 'budi_s', display_name = 'Bang Jago', whatsapp = '6281234567890' WHERE id = $1`,
    [person.id],
  );
  const queries = ['uDI <', 'bang jago', '@budi_s', 'di_s', '0812-3456', '+62 812 3456 7890'];
  for (const query of [String(person.id), ...queries]) {
    await open('list:0', 'Kelola User');
    await tap('🔍 Cari User', 'Kirim ID');
    const found = await answer(query, 'Hasil pencarian');
    expect(found.text, query).toContain(`1. Bang Jago (@budi_s)\n    ${person.id}`);
    expect(labelsOf(found), query).toEqual(['1', '⬅️ Daftar User', '⬅️ Kembali ke Menu Admin']);
    const detail = await tap('1', 'Nama Telegram: Budi <b>');
    expect(detail.text, query).toContain('WhatsApp: +6281234567890');
  }
});

test('a search goes on with the next word, across a restart; wrong words are asked again; old pages say so', async () => {
  await crowd(7);
  await open('search', 'Kirim ID');
  await adminChat.sendPhoto({ bytes: PIXEL, caption: 'orang' });
  await adminChat.waitFor('dalam bentuk teks');
  await answer('x'.repeat(65), 'maksimal 64 karakter');
  for (const nothing of ["'; DROP TABLE users;--", '<b>%_\\', '💥', '999999999999999999999']) {
    expect((await answer(nothing, 'Tidak ada user yang cocok')).text).toContain(nothing);
  }
  const found = await answer('orang', 'halaman 1 dari 2');
  await shop.restart();
  expect((await tap('➡️', 'halaman 2 dari 2')).text).toContain('2. Orang 1 ');
  await answer('orang 3', /Hasil pencarian orang 3[\s\S]*1\. Orang 3/);
  await tap('⬅️ Daftar User', 'Kelola User');
  await adminChat.tapData('wz:usd:found:1', { messageId: found.id, force: true });
  expect((await adminChat.waitForToast('tidak berlaku')).alert).toBe(true);
});

test('the detail shows what they are worth and leads to their orders', async () => {
  await shop.product({ ...PRODUCT, contents: ['b1', 'b2'] });
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('b1');
  shop.clock.advance(5000);
  const second = await buyUpToInvoice(chat, PRODUCT);
  const detail = await open(`open:${person.id}`, 'Order terakhir');
  expect(detail.text).toContain('Order: 2, lunas 1 senilai Rp20.000');
  expect(detail.text).toContain('Status: 🟢 Aktif');
  expect(detail.text).toMatch(new RegExp(`1\\. ${second}[\\s\\S]*2\\. ${ref}`));
  await tap('2', `🧾 Order ${ref}`);
  await open('open:424242', 'tidak ditemukan');
  await tap('👥 Kelola User', 'halaman 1');
});

test('a blocked customer buys nothing, sees their history and is told kindly; unblocked, they buy', async () => {
  await shop.product({ ...PRODUCT, contents: ['b1'] });
  await open(`open:${person.id}`, 'Budi <b>');
  await tap('🚫 Blokir', 'Blokir Budi <b>');
  await tap('⬅️ Tidak Jadi', 'Status: 🟢 Aktif');
  await tap('🚫 Blokir', 'Blokir Budi <b>');
  const confirm = await tap('🚫 Ya, Blokir', 'Status: 🚫 Diblokir');
  expect(labelsOf(confirm)).toContain('✅ Buka Blokir');
  const letter = await chat.waitFor('belum bisa dipakai berbelanja', { since: 0 });
  expect(letter.text).toContain('Hai Budi <b>');
  expect(labelsOf(letter)).toEqual(['👨‍💼 Customer Service', '🧾 Riwayat Transaksi']);
  await pressQris(chat, PRODUCT);
  await chat.waitForToast('belum bisa berbelanja');
  shop.clock.advance(5000);
  await chat.tap('🧾 Riwayat Transaksi');
  await chat.waitFor('belum punya transaksi');
  await adminChat.tapData(`usd:blocked:${person.id}`, { force: true });
  await adminChat.waitForToast('sudah diblokir');

  await open(`unblock:${person.id}`, 'Buka blokir Budi <b>');
  await tap('✅ Ya, Buka Blokir', 'Status: 🟢 Aktif');
  await chat.waitFor('sudah bisa dipakai berbelanja', { since: 0 });
  await adminChat.tapData(`usd:unblocked:${person.id}`, { force: true });
  await adminChat.waitForToast('tidak sedang diblokir');
  shop.clock.advance(5000);
  await buyUpToInvoice(chat, PRODUCT);
  const target = `user:${person.id}`;
  expect(await audit()).toEqual([
    { action: 'user.blocked', target, after: { blocked: true } },
    { action: 'user.unblocked', target, after: { blocked: false } },
  ]);
});

test('staff are not blocked, by no button', async () => {
  for (const staff of [shop.admin, shop.owner]) {
    const detail = await open(`open:${staff.id}`, '🛡 Admin atau owner');
    expect(labelsOf(detail)).not.toContain('🚫 Blokir');
    await adminChat.tapData(`usd:blocked:${staff.id}`, { force: true });
    expect((await adminChat.waitForToast('tidak bisa diblokir')).alert).toBe(true);
  }
  expect(await shop.database.db.query('SELECT id FROM users WHERE blocked_at IS NOT NULL')).toEqual([]);
  for (const action of ['block', 'blocked', 'unblock', 'unblocked', 'adjust', 'write']) {
    await answer('/admin', 'Admin Settings');
    await open(`${action}:424242`, 'tidak ditemukan');
  }
});

test('nobody else comes to the admin screens, whatever they press', async () => {
  for (const action of [
    'list:0',
    `open:${shop.admin.id}`,
    `blocked:${shop.admin.id}`,
    `adjust:${person.id}`,
    'search',
  ]) {
    shop.clock.advance(2000);
    await chat.tapData(`usd:${action}`, { force: true });
    expect((await chat.waitForToast('khusus admin')).alert).toBe(true);
  }
  const forms = {
    'user.adjust': { userId: person.id, key: 'x', amount: 90_000 },
    'user.message': { userId: shop.admin.id },
  };
  for (const [wizard, data] of Object.entries(forms)) {
    await shop.database.db.query(
      `INSERT INTO conversations (user_id, wizard, step, data) VALUES ($1, $2, 'reason', $3)`,
      [person.id, wizard, data],
    );
    shop.clock.advance(2000);
    await chat.send('karena saya mau');
    await chat.waitFor('khusus admin');
  }
  expect(await shop.database.db.query('SELECT id FROM ledger_entries')).toEqual([]);
  expect(await audit()).toEqual([]);
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
