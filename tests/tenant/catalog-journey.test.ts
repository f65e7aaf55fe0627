import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  ({ chat } = await shop.customer('Budi <b>&"'));
});
afterEach(() => shop.close());

/** People look at what they see before they press the next button. */
const PAUSE_MS = 2000;
const pause = () => shop.clock.advance(PAUSE_MS);
const { answer, tap, tapData } = inTurns(() => ({ shop, chat }), PAUSE_MS);

test('/start welcomes once, with the reply keyboard, categories and a way to everything', async () => {
  const id = await shop.product({ code: 'a', contents: ['x'] });
  await shop.database.db.query(
    `WITH made AS (INSERT INTO categories (name) VALUES ('Streaming <&>'), ('Kosong') RETURNING id, name)
     UPDATE products SET category_id = made.id FROM made WHERE products.id = $1 AND made.name LIKE 'Streaming%'`,
    [id],
  );
  const welcome = await answer('/start', 'Selamat datang di Warung <Uji> & Kawan');
  expect(welcome.text).toContain('Halo, Budi <b>&"!');
  expect(labelsOf(welcome)).toEqual(['📋 INFORMASI', '📖 Cara Order', '🏷 Streaming <&>']);
  const { messages, replyKeyboard } = await chat.view();
  expect(messages.filter((message) => message.text.includes('Selamat datang'))).toHaveLength(1);
  expect(replyKeyboard.flat()).toEqual(['🛍 Semua Produk', '🏷 Cek Stok', '💰 Deposit', 'ℹ️ Informasi', '📘 Cara Order']);
  const list = await tap('🏷 Streaming <&>', 'halaman 1 dari 1');
  expect(list.text).toContain('Streaming <&>');
  await tap('⬅️ Kembali ke Menu Utama', 'Selamat datang');
  const info = await tap('📋 INFORMASI', 'Informasi Akun');
  expect(info.id).toBe(welcome.id);
  expect(info.text).toContain('Saldo: Rp0');
  expect(info.text).toContain(`ID: ${chat.userId}`);
  await tap('⬅️ Kembali ke Menu Utama', 'Selamat datang');
  await tap('📖 Cara Order', '🧺 Lanjut ke Keranjang');
});

test('the reply keyboard leads to information, deposit and how to order, each with a way back', async () => {
  await answer('/start', 'Selamat datang');
  for (const [label, reply] of [
    ['ℹ️ Informasi', 'Informasi Akun'],
    ['💰 Deposit', 'Deposit Saldo'],
    ['📘 Cara Order', 'Cara Order di'],
  ] as const) {
    pause();
    await chat.press(label);
    expect(labelsOf(await chat.waitFor(reply))).toContain('⬅️ Kembali ke Menu Utama');
  }
});

test('a customer leafs through the list and opens a product by its button and by its number', async () => {
  for (let n = 1; n <= 7; n += 1) {
    await shop.product({ code: `p${n}`, name: `Produk <${n}> & "x"`, contents: n === 7 ? [] : ['a', 'b', 'c'] });
  }
  await answer('/start', 'Selamat datang');
  const first = await answer('🛍 Semua Produk', 'halaman 1 dari 2');
  expect(labelsOf(first)).toEqual(['1', '2', '3', '4', '5', '➡️', '⬅️ Kembali ke Menu Utama']);
  const second = await tap('➡️', 'halaman 2 dari 2');
  expect(second.id).toBe(first.id);
  expect(second.text).toContain('7. Produk <7> & "x"');
  expect(second.text).toContain('Stok: ❌ Habis');
  expect(second.text).toContain('Kabari saya');
  expect(first.text).not.toContain('Kabari saya');
  const soldOut = await tap('7', 'sedang habis');
  expect(labelsOf(soldOut)).toEqual(['🔔 Kabari saya', '⬅️ Kembali ke Daftar']);
  await tap('⬅️ Kembali ke Daftar', 'halaman 2 dari 2');
  const typed = await answer('6', 'Produk <6>');
  expect(typed.text).toContain('Jumlah: 1');
  await answer('🛍 Semua Produk', 'halaman 1 dari 2');
  await answer('8', 'Tidak ada produk nomor 8');
  await answer('99999999999999999999999', 'Tidak ada produk nomor');
  await answer('apa kabar?', 'belum paham');
  const stock = await answer('🏷 Cek Stok', 'Cek Stok');
  expect(stock.text).toContain('6. Produk <6> & "x": 3 tersedia');
  expect(stock.text).toContain('7. Produk <7> & "x": ❌ Habis');
});

test('the quantity stays between one and the stock, and the message is edited in place', async () => {
  const id = await shop.product({ code: 'a', name: 'Akun', price: 1500, contents: ['1', '2', '3', '4', '5', '6'] });
  const view = await answer('/start p_A', 'Jumlah: 1');
  await tap('➕', 'Jumlah: 2');
  await tap('🖐️ x5', 'Jumlah: 5');
  pause();
  await chat.tap('🔟 x10');
  expect((await chat.waitForToast()).text).toContain('Stoknya tinggal 6');
  const six = await chat.waitFor('Jumlah: 6');
  expect(six.id).toBe(view.id);
  expect(six.text).toContain('Total: Rp9.000');
  expect(six.buttons.flat().find((button) => button.label === '🧺 Lanjut ke Keranjang')?.data).toBe(`cart:add:${id}:6`);
  await tap('✌️ x2', 'Jumlah: 2');
  await tap('➖', 'Jumlah: 1');
  pause();
  await chat.tap('➖');
  expect((await chat.waitForToast()).text).toContain('Minimal');
  const list = await tap('❌ Batal', 'Semua Produk');
  expect(list.id).toBe(view.id);
});

test('a product that vanished or sold out since says so kindly', async () => {
  const id = await shop.product({ code: 'a', name: 'Akun', contents: ['1', '2'] });
  await answer('/start p_a', 'Jumlah: 1');
  await shop.database.db.query("UPDATE stock_units SET status = 'removed'");
  await tap('➕', 'sedang habis');
  await shop.database.db.query("UPDATE products SET status = 'inactive'");
  await tapData(`cat:product:${id}:1:0:0`, 'tidak dijual lagi');
  await tapData('cat:list:99:0', 'Belum ada produk');
  await answer('/start p_a', 'Selamat datang');
  expect((await chat.messages()).some((message) => message.text.includes('Produk di tautan itu'))).toBe(true);
});

test('a long description is clipped where a photo carries it', async () => {
  const { file_id: photo } = await sentPhoto();
  const id = await shop.product({ code: 'a', name: 'N'.repeat(100), contents: ['1'] });
  await shop.database.db.query('UPDATE products SET description = $2, photo_file_id = $3 WHERE id = $1', [
    id,
    '<&>"😀'.repeat(160),
    photo,
  ]);
  const view = await answer('/start p_a', 'Jumlah: 1');
  expect(view.kind).toBe('photo');
  expect(view.text).toContain('…');
  expect(view.text.length).toBeLessThanOrEqual(1024);
  const list = await tap('❌ Batal', 'halaman 1 dari 1');
  expect(list.kind).toBe('text');
});

test('five actions at once are refused, answered once, and all admins are told', async () => {
  await answer('/start', 'Selamat datang');
  pause();
  const since = await chat.mark();
  const handled = async () => (await shop.database.db.query<{ n: number }>('SELECT count(*) AS n FROM updates'))[0]!.n;
  const before = await handled();
  for (let n = 0; n < 8; n += 1) await chat.send('halo');
  await expect.poll(handled).toBe(before + 8);
  await chat.waitFor('🚫 Jangan spam ya, tindakanmu akan dilaporkan ke admin.', { since });
  const report = await shop.admin.chatWith(shop.bot).waitFor('Laporan spam', { since });
  expect(report.text).toContain('Budi <b>&"');
  await answer('🛍 Semua Produk', 'Belum ada produk');
  const all = await chat.messages();
  expect(all.filter((message) => message.text.startsWith('🚫'))).toHaveLength(1);
  expect(all.filter((message) => message.text.includes('belum paham'))).toHaveLength(4);
});

test('staff and payment buttons are exempt from the spam limit', async () => {
  await answer('/start', 'Selamat datang');
  pause();
  for (let n = 0; n < 8; n += 1) await chat.tapData('pay:choose', { force: true });
  for (let n = 0; n < 4; n += 1) await chat.send(`${n}0`);
  await chat.waitFor('Tidak ada produk nomor 30');
  const adminChat = shop.admin.chatWith(shop.bot);
  for (let n = 0; n < 8; n += 1) await adminChat.send(`${n}1`);
  await adminChat.waitFor('Tidak ada produk nomor 71');
  const all = [...(await chat.messages()), ...(await adminChat.messages())];
  expect(all.filter((message) => /spam/i.test(message.text))).toEqual([]);
});

test('whoever blocks the bot is remembered, and welcome when they come back', async () => {
  await answer('/start', 'Selamat datang');
  const blockedAt = async () =>
    (
      await shop.database.db.query<{ at: Date | null }>('SELECT bot_blocked_at AS at FROM users WHERE id = $1', [
        chat.userId,
      ])
    )[0]?.at;
  await chat.block();
  await expect.poll(blockedAt).toBeInstanceOf(Date);
  await chat.unblock();
  await expect.poll(blockedAt).toBeNull();
});

/** A photo of this bot's own: file ids belong to one bot. */
async function sentPhoto(): Promise<{ file_id: string }> {
  const { messageId } = await shop.admin.chatWith(shop.bot).sendPhoto({ bytes: PIXEL });
  const message = (await shop.admin.chatWith(shop.bot).messages()).find((each) => each.id === messageId);
  return (message!.raw.photo as { file_id: string }[]).at(-1)!;
}

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
