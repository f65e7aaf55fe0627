import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { openRooms } from '../support/modules.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let adminChat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.send('/start');
  await adminChat.waitFor('Selamat datang');
});
afterEach(() => shop.close());

const { answer, tap, tapData } = inTurns(() => ({ shop, chat: adminChat }));
const forms = () => shop.database.db.query('SELECT wizard, step, data FROM conversations');
const parked = () => shop.database.db.query('SELECT wizard FROM parked_forms ORDER BY id');

test('"Batal." leaves every wizard of the house, at whatever step', async () => {
  const house = await openRooms(shop);
  const names = house.wizards();
  await house.close();
  expect(names.length).toBeGreaterThan(25);
  for (const name of names) {
    await shop.database.db.query("INSERT INTO conversations (user_id, wizard, step) VALUES ($1, $2, 'any')", [
      shop.admin.id,
      name,
    ]);
    await answer('Batal.', 'Dibatalkan. Tidak ada yang berubah');
    expect(await forms(), name).toEqual([]);
  }
});

test('a wizard is left by each word for it, which is answered calmly when there is none', async () => {
  for (const word of ['/batal', '/cancel', 'Cancel', '❌ batal 🙏', 'BATALKAN!', ' b\u200Batal ']) {
    await tapData('prd:add', 'Langkah 1/5');
    await answer(word, 'Dibatalkan');
    expect(await forms(), word).toEqual([]);
    await answer(word, 'tidak ada yang perlu dibatalkan');
  }
});

test('a form that was left half-typed waits, takes no text meanwhile, and goes on where it was', async () => {
  await tapData('prd:add', 'Langkah 1/5');
  await answer('NF-1', 'Langkah 2/5');
  await answer('Netflix', 'Langkah 3/5');
  await adminChat.press('🛍 Semua Produk');
  const asked = await adminChat.waitFor('belum selesai');
  await adminChat.waitFor('Belum ada produk');
  expect(labelsOf(asked)).toEqual(['▶️ Lanjutkan', '🗑 Buang']);
  expect(await forms()).toEqual([]);
  await answer('15000', 'Tidak ada produk nomor 15000');
  await shop.restart();
  await tap('▶️ Lanjutkan', 'Langkah 3/5');
  expect(await parked()).toEqual([]);
  await answer('15000', 'Langkah 4/5');
  await answer('-', 'Langkah 5/5');
});

test('it can be dropped, once; a command leaves it the same way', async () => {
  await tapData('prd:add', 'Langkah 1/5');
  await answer('NF-1', 'Langkah 2/5');
  const asked = await answer('/start', 'belum selesai');
  await tap('🗑 Buang', 'sudah dibuang');
  expect(await parked()).toEqual([]);
  await adminChat.tapData(asked.buttons[0]![0]!.data!, { messageId: asked.id, force: true });
  expect((await adminChat.waitForToast('sudah tidak ada')).alert).toBe(true);
  expect(await forms()).toEqual([]);
});

test('a form in which nothing was typed is left without a question', async () => {
  await tapData('prd:add', 'Langkah 1/5');
  await answer('/admin', 'Admin Settings');
  await tapData('ord:search', 'Cari Order');
  await answer('tidak-ada', 'tidak');
  await adminChat.press('🛍 Semua Produk');
  await adminChat.waitFor('Belum ada produk');
  expect(await parked()).toEqual([]);
});

test('going on with a form puts another aside that was begun since; only three wait', async () => {
  for (const code of ['A', 'B', 'C', 'D']) {
    await tapData('prd:add', 'Langkah 1/5');
    await answer(code, 'Langkah 2/5');
    await answer('/admin', 'belum selesai');
    await answer('/admin', 'Admin Settings');
  }
  expect(await parked()).toHaveLength(3);
  await tapData('prd:add', 'Langkah 1/5');
  await answer('E', 'Langkah 2/5');
  await tap('▶️ Lanjutkan', 'belum selesai');
  expect(await forms()).toMatchObject([{ data: { code: 'D' } }]);
  expect(await parked()).toHaveLength(2);
});

test('what waits for a week is forgotten', async () => {
  await tapData('prd:add', 'Langkah 1/5');
  await answer('NF-1', 'Langkah 2/5');
  await answer('/admin', 'belum selesai');
  await shop.restart();
  expect(await parked()).toHaveLength(1);
  shop.clock.advance(8 * 86_400_000);
  await shop.restart();
  await expect.poll(parked).toEqual([]);
});
