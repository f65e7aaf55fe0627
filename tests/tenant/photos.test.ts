import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
let id: number;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.admin.chatWith(shop.bot);
  id = await shop.product({ code: 'nf', name: 'Netflix <&>', contents: ['x'] });
  await answer('/admin', 'Admin Settings');
});
afterEach(() => shop.close());

const { answer, tap, tapData } = inTurns(() => ({ shop, chat }));

const photo = async () =>
  (await shop.database.db.query<{ photo: string | null }>('SELECT photo_file_id AS photo FROM products'))[0]!.photo;

test('a photo is sent, shown to admins and customers, replaced and removed', async () => {
  await tapData(`prd:product:${id}`, 'Foto: tidak ada');
  await tap('🖼 Foto', 'Kirim foto produknya');
  await chat.sendPhoto({ bytes: PIXEL, caption: 'abaikan' });
  const saved = await chat.waitFor('Perubahan tersimpan');
  expect(saved.kind).toBe('photo');
  expect(saved.text).toContain('Foto: ada');
  const first = await photo();
  expect(first).not.toBeNull();

  const { chat: customer } = await shop.customer();
  await customer.send('/start p_nf');
  expect((await customer.waitFor('Jumlah: 1')).kind).toBe('photo');

  await tap('🖼 Foto', 'foto yang lama akan diganti');
  await shop.restart();
  await chat.sendPhoto({ bytes: Buffer.concat([PIXEL, Buffer.from('2')]) });
  await chat.waitFor('Perubahan tersimpan');
  expect(await photo()).not.toBe(first);
  await tap('🖼 Foto', 'Kirim foto produknya');
  const removed = await tap('🗑 Hapus Foto', 'Foto: tidak ada');
  expect(removed.kind).toBe('text');
  expect(await photo()).toBeNull();
  expect(await shop.database.db.query('SELECT wizard FROM conversations')).toEqual([]);
  const audit = await shop.database.db.query<{ action: string }>('SELECT action FROM audit_log');
  expect(audit.map((entry) => entry.action)).toEqual(['product.changed', 'product.changed', 'product.changed']);
});

test('whatever is not a photo is refused kindly, and the question stays', async () => {
  await tapData(`prd:photo:${id}`, 'Kirim foto produknya');
  const attempts = [
    () => chat.send('foto.jpg'),
    () => chat.sendDocument({ bytes: PIXEL, fileName: 'foto.png', mimeType: 'image/png' }),
    () => chat.sendContact('+62811'),
    () =>
      shop.client.injectUpdate(shop.bot, {
        update_id: 990_001,
        message: {
          message_id: 990_001,
          date: Math.floor(Date.now() / 1000),
          chat: { id: shop.admin.id, type: 'private', first_name: 'Sari' },
          from: { id: shop.admin.id, is_bot: false, first_name: 'Sari', username: 'sari' },
          sticker: {
            file_id: 's',
            file_unique_id: 's',
            width: 1,
            height: 1,
            type: 'regular',
            is_animated: false,
            is_video: false,
          },
        },
      } as never),
  ];
  for (const attempt of attempts) {
    const since = await chat.mark();
    await attempt();
    const again = await chat.waitFor('Itu bukan foto', { since });
    expect(again.text).toContain('Kirim foto produknya');
  }
  expect(await photo()).toBeNull();
  await chat.sendPhoto({ bytes: PIXEL });
  await chat.waitFor('Perubahan tersimpan');
});

test('a button of an older form, or of a product that is gone, does nothing but say so', async () => {
  await chat.tapData(`wz:prd:unphoto:${id}`, { force: true });
  await chat.waitForToast('tidak berlaku');
  await tapData(`prd:photo:${id}`, 'Kirim foto produknya');
  await shop.database.db.query('DELETE FROM stock_units');
  await shop.database.db.query('DELETE FROM products');
  await chat.sendPhoto({ bytes: PIXEL });
  await chat.waitFor('sudah tidak ada');
  expect(await shop.database.db.query('SELECT wizard FROM conversations')).toEqual([]);
  const menu = await answer('/admin', 'Admin Settings');
  await chat.tapData(`prd:photo:${id}`, { messageId: menu.id, force: true });
  await chat.waitFor('sudah tidak ada');
});

test('the longest product with a photo still fits, with news above it', async () => {
  await tapData(`prd:photo:${id}`, 'Kirim foto produknya');
  await shop.database.db.query(
    `WITH made AS (INSERT INTO categories (name) VALUES (repeat('<', 40)) RETURNING id)
     UPDATE products SET name = repeat('&', 100), code = repeat('k', 32), description = repeat('<"', 500), category_id = made.id
       FROM made`,
  );
  await chat.sendPhoto({ bytes: PIXEL });
  const saved = await chat.waitFor('Perubahan tersimpan');
  expect(saved.kind).toBe('photo');
  expect(saved.text.length).toBeLessThanOrEqual(1024);
  expect(saved.text).toContain('…');
});

test('an admin chooses a category for a product, or none', async () => {
  await tapData(`prd:product:${id}`, 'Kategori: tidak ada');
  await tap('🗂 Kategori', 'Belum ada kategori');
  await tap('⬅️ Kembali', 'Kategori: tidak ada');
  await shop.database.db.query("INSERT INTO categories (name) VALUES ('Streaming <&>'), ('Musik')");
  await tap('🗂 Kategori', 'Pilih kategorinya');
  await tap('Streaming <&>', 'Kategori: Streaming <&>');
  const choice = await tap('🗂 Kategori', 'Sekarang: Streaming <&>');
  expect(choice.buttons.flat().map((button) => button.label)).toEqual([
    '✅ Streaming <&>',
    'Musik',
    '➖ Tanpa Kategori',
    '⬅️ Kembali',
  ]);
  await tap('➖ Tanpa Kategori', 'Kategori: tidak ada');
  const { id: messageId } = await tap('🗂 Kategori', 'Pilih kategorinya');
  await shop.database.db.query("DELETE FROM categories WHERE name = 'Musik'");
  await chat.tap('Musik', { messageId });
  expect((await chat.waitForToast('sudah tidak ada')).alert).toBe(true);
});

test('the product shows a link to share that opens it', async () => {
  const detail = await tapData(`prd:product:${id}`, 'Tautan');
  expect(detail.text).toContain('https://t.me/warung_test_bot?start=p_nf');
});

test('a price that QRIS does not take is kept, with a remark', async () => {
  await tapData(`prd:edit:${id}:1`, 'Harga sekarang');
  expect((await answer('499', 'Perubahan tersimpan')).text).toContain('total minimal Rp500');
  await tapData(`prd:edit:${id}:1`, 'Harga sekarang');
  expect((await answer('500', 'Perubahan tersimpan')).text).not.toContain('total minimal');
  await tapData('prd:add', 'Langkah 1/5');
  await answer('baru', 'Langkah 2/5');
  await answer('Baru', 'Langkah 3/5');
  expect((await answer('100', 'Langkah 4/5')).text).toContain('total minimal Rp500');
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
