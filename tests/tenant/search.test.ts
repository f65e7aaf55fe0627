import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ChatClient, MessageView } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeAll(async () => {
  shop = await startTestStore();
});
afterAll(() => shop.close());
beforeEach(async () => {
  // What earlier tests put on sale is found no more, and what their customers searched is theirs.
  await shop.database.db.query("UPDATE products SET status = 'inactive'");
  await shop.database.db.query('DELETE FROM searches');
  ({ chat } = await shop.customer('Budi'));
});

async function send(text: string, reply: RegExp | string): Promise<MessageView> {
  shop.clock.advance(2000);
  await chat.send(text);
  return chat.waitFor(reply);
}
const { tap } = inTurns(() => ({ shop, chat }), 2000);

async function shelve(...products: [name: string, description: string | null][]): Promise<void> {
  for (const [name, description] of products) {
    const id = await shop.product({ name, contents: ['x'] });
    await shop.database.db.query('UPDATE products SET description = $2 WHERE id = $1', [id, description]);
  }
}

test('names and descriptions are searched, in whatever case, and every word must be found', async () => {
  await shelve(['Netflix 1 Bulan', 'Akun PRIVAT <b>&'], ['Spotify', 'bulanan, privat'], ['Netflix 1 Tahun', null]);
  const found = await send('/cari BULAN  privat', 'Hasil untuk BULAN privat');
  expect(found.text).toContain('1. Netflix 1 Bulan');
  expect(found.text).toContain('2. Spotify');
  expect(found.text).not.toContain('Tahun');
  expect(labelsOf(found)).toEqual(['1', '2', '🔎 Cari Lagi', '🛍 Semua Produk', '⬅️ Kembali ke Menu Utama']);
  const third = await send('/cari tahun', 'Hasil untuk tahun');
  expect(third.text).toContain('3. Netflix 1 Tahun');
  await send('3', 'Netflix 1 Tahun');
});

test('letters beyond A to Z are found in whatever case, however they are put together', async () => {
  await shelve(['CAFÉ Ägypten', 'Ключ']);
  for (const query of ['café ägypten', 'CAFE\u0301', 'КЛЮЧ']) {
    await send(`/cari ${query}`, /1\. CAFÉ Ägypten/);
  }
});

test('signs that mean something to a database are plain characters', async () => {
  await shelve(['Diskon 50%', null], ['kode_promo', null], ['C:\\kunci', null], ["O'Reilly <i>", null]);
  for (const [query, name] of [
    ['%', 'Diskon 50%'],
    ['_', 'kode_promo'],
    ['\\', 'C:\\kunci'],
    ["'", "O'Reilly <i>"],
    ['<i>', "O'Reilly <i>"],
  ] as const) {
    const found = await send(`/cari ${query}`, `Hasil untuk ${query}`);
    expect(found.text).toContain(name);
    expect(labelsOf(found).filter((label) => /^\d$/.test(label))).toHaveLength(1);
  }
});

test('results are paged, and the way back from a product leads to the same page of the same search', async () => {
  for (let n = 1; n <= 7; n += 1) await shop.product({ name: `Netflix ${n}`, contents: ['x'] });
  await shop.product({ name: 'Spotify', contents: ['x'] });
  await send('/cari netflix', 'halaman 1 dari 2');
  const second = await tap('➡️', 'halaman 2 dari 2');
  expect(labelsOf(second).slice(0, 3)).toEqual(['6', '7', '⬅️']);
  await shop.restart();
  const product = await tap('7', 'Netflix 7');
  await send('/cari spotify', 'Hasil untuk spotify');
  shop.clock.advance(2000);
  await chat.tap('❌ Batal', { messageId: product.id });
  const back = await chat.waitFor('halaman 2 dari 2');
  expect(back.id).toBe(product.id);
  expect(back.text).toContain('Hasil untuk netflix');
});

test('the list and the answer to words that say nothing tell of the search', async () => {
  await shelve(['Netflix', null]);
  expect((await send('🛍 Semua Produk', 'halaman 1')).text).toContain('/cari');
  expect((await send('apa kabar?', 'belum paham')).text).toContain('/cari');
});

test('/cari alone asks for a word, says what is wrong with an answer, and finds what is sent next', async () => {
  await shelve(['Netflix', null]);
  await send('/cari', 'Mau cari apa?');
  await send('x'.repeat(65), 'maksimal 64 karakter');
  shop.clock.advance(2000);
  await chat.sendDocument({ bytes: 'x', caption: 'netflix' });
  await chat.waitFor('dalam bentuk teks');
  await shop.restart();
  await send('netf', 'Hasil untuk netf');
  expect(await shop.database.db.query('SELECT * FROM conversations')).toEqual([]);
  await tap('🔎 Cari Lagi', 'Mau cari apa?');
  await tap('❌ Batal', 'dibatalkan');
});

test('a search that finds nothing says so, with a way on', async () => {
  await shelve(['Netflix', null]);
  const nothing = await send('/cari <b>emas & perak', 'Belum ada produk yang cocok dengan <b>emas & perak');
  expect(labelsOf(nothing)).toEqual(['🔎 Cari Lagi', '🛍 Semua Produk', '⬅️ Kembali ke Menu Utama']);
  await tap('🛍 Semua Produk', 'Semua Produk (halaman 1 dari 1)');
});

test('words that would find something are offered as a search, others are not kept', async () => {
  await shelve(['Netflix Premium', null]);
  expect(labelsOf(await send('apa kabar?', 'belum paham'))).toEqual([]);
  expect(await shop.database.db.query('SELECT * FROM searches')).toEqual([]);
  const hint = await send('netflix premium', 'belum paham');
  expect(labelsOf(hint)).toEqual(['🔎 Cari "netflix premium"']);
  await tap('🔎 Cari "netflix premium"', 'Hasil untuk netflix premium');
});

test('products that are not on sale are not found, and a search of somebody else, or a forgotten one, is not shown', async () => {
  await shelve(['Netflix', null]);
  await send('/cari netflix', 'Hasil untuk netflix');
  await shop.database.db.query("UPDATE products SET status = 'inactive'");
  await send('/cari netflix', 'Belum ada produk yang cocok');
  const [{ id } = { id: 0 }] = await shop.database.db.query<{ id: number }>('SELECT id FROM searches');
  const { chat: other } = await shop.customer('Ani');
  await other.send('/start');
  await other.waitFor('Selamat datang');
  await other.tapData(`cat:list:0:-${id}`, { force: true });
  await other.waitFor('sudah terlalu lama');
});

test('only the newest searches of a person are kept', async () => {
  for (let n = 0; n < 23; n += 1) await send(`/cari kata${n}`, `kata${n}`);
  await send('/cari kata5', 'kata5');
  const kept = await shop.database.db.query<{ query: string }>('SELECT query FROM searches ORDER BY used_at DESC');
  expect(kept.map((row) => row.query)).toEqual([
    'kata5',
    ...Array.from({ length: 17 }, (_, n) => `kata${22 - n}`),
    'kata4',
    'kata3',
  ]);
});
