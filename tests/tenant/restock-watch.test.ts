import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient, MessageView } from '../../sandbox/client.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
let adminChat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  ({ chat } = await shop.customer('Budi'));
  adminChat = shop.admin.chatWith(shop.bot);
});
afterEach(() => shop.close());

const news = async (of: ChatClient) =>
  (await of.messages()).filter((message) => message.text.includes('Stok tersedia lagi'));
const watches = async () =>
  (await shop.database.db.query<{ n: number }>('SELECT count(*) AS n FROM restock_watches'))[0]!.n;

const tap = (of: ChatClient, label: string, reply: RegExp | string): Promise<MessageView> =>
  inTurns(() => ({ shop, chat: of }), 2000).tap(label, reply);

/** A customer who opens a product that is sold out and asks to hear of it. */
async function ask(of: ChatClient, code: string): Promise<MessageView> {
  await of.send(`/start p_${code}`);
  await of.waitFor('sedang habis');
  return tap(of, '🔔 Kabari saya', 'Nanti kami kabari');
}

async function restock(productId: number, goods: string): Promise<void> {
  await adminChat.tapData(`prd:restock:${productId}`, { force: true });
  await adminChat.waitFor('Isi Stok');
  await adminChat.send(goods);
  await adminChat.waitFor('isi ditambahkan');
}

test('a customer who asked is told once when an admin restocks, and the button opens the product', async () => {
  const id = await shop.product({ code: 'nf', name: 'Netflix <1 bulan> & "teman"', contents: [] });
  const watching = await ask(chat, 'nf');
  expect(labelsOf(watching)).toEqual(['🔕 Batal dikabari', '⬅️ Kembali ke Daftar']);
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  const since = await chat.mark();
  await restock(id, 'isi-1');
  const told = await chat.waitFor('Stok tersedia lagi', { since });
  expect(told.text).toContain('Netflix <1 bulan> & "teman"');
  expect(told.text).toContain('Rp15.000');
  expect(await watches()).toBe(0);
  await restock(id, 'isi-2');
  const opened = await tap(chat, '🛍 Lihat Produk', 'Jumlah: 1');
  expect(opened.id).toBe(told.id);
  expect(opened.text).toContain('2 tersedia');
  const sent = await shop.database.db.query("SELECT id FROM outbox WHERE cause LIKE 'restock-watch:%'");
  expect(sent).toHaveLength(1);
});

test('the wish can be taken back, and is kept over a restart', async () => {
  const id = await shop.product({ code: 'nf', contents: [] });
  const { chat: other } = await shop.customer('Ani');
  await ask(chat, 'nf');
  await ask(other, 'nf');
  await shop.restart();
  const view = await tap(other, '🔕 Batal dikabari', '🔔 Kabari saya');
  expect(labelsOf(view)).toContain('🔔 Kabari saya');
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  const since = await chat.mark();
  await restock(id, 'isi');
  await chat.waitFor('Stok tersedia lagi', { since });
  expect(await news(other)).toEqual([]);
});

test('stock that came while the customer looked is said at once, and nothing is kept', async () => {
  const id = await shop.product({ code: 'nf', contents: [] });
  await chat.send('/start p_nf');
  await chat.waitFor('sedang habis');
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  await restock(id, 'isi');
  await chat.tap('🔔 Kabari saya');
  expect((await chat.waitForToast('baru saja ada lagi')).alert).toBe(true);
  expect((await chat.waitFor('Jumlah: 1')).text).toContain('1 tersedia');
  expect(await watches()).toBe(0);
  await shop.database.db.query("UPDATE products SET status = 'inactive'");
  await chat.tapData(`rsw:ask:${id}:0:0`, { force: true });
  await chat.waitFor('tidak dijual lagi');
  await chat.tapData('rsw:cancel:99999:0:0', { force: true });
  await chat.waitForToast('tidak jadi');
});

test('units that a cancelled order gives back are told too', async () => {
  await shop.product({ code: 'nf', name: 'Netflix', price: 15_000, contents: ['satu'] });
  const { chat: buyer } = await shop.customer('Ani');
  await buyUpToInvoice(buyer, { code: 'nf', name: 'Netflix', price: 15_000 });
  await ask(chat, 'nf');
  const since = await chat.mark();
  await tap(buyer, '❌ Batalkan Pembelian', /batal/i);
  await chat.waitFor('Stok tersedia lagi', { since });
  expect(await news(buyer)).toEqual([]);
});

test('a product that goes on sale again with stock is told, and one without stock is not', async () => {
  const full = await shop.product({ code: 'nf', name: 'Netflix', contents: [] });
  const empty = await shop.product({ code: 'sp', name: 'Spotify', contents: [] });
  await ask(chat, 'nf');
  await ask(chat, 'sp');
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  for (const id of [full, empty]) {
    await adminChat.tapData(`prd:deactivate:${id}`, { force: true });
    await adminChat.waitForToast('tidak dijual');
  }
  await restock(full, 'isi');
  expect(await watches()).toBe(2);
  const since = await chat.mark();
  for (const id of [empty, full]) {
    await adminChat.tapData(`prd:activate:${id}`, { force: true });
    await adminChat.waitForToast('dijual lagi');
  }
  expect((await chat.waitFor('Stok tersedia lagi', { since })).text).toContain('Netflix');
  expect(await news(chat)).toHaveLength(1);
  expect(await watches()).toBe(1);
});

test('a product that a restored configuration puts on sale again is told', async () => {
  const id = await shop.product({ code: 'nf', name: 'Netflix', contents: [] });
  await ask(chat, 'nf');
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  await adminChat.tapData(`prd:deactivate:${id}`, { force: true });
  await adminChat.waitForToast('tidak dijual');
  await restock(id, 'isi');
  expect(await watches()).toBe(1);
  const since = await chat.mark();
  await adminChat.tapData('cfg:restored:1', { force: true });
  await chat.waitFor('Stok tersedia lagi', { since });
  expect(await watches()).toBe(0);
});

test('thousands hear of it by one restock; whoever blocked the bot or is blocked does not', async () => {
  const id = await shop.product({ code: 'nf', contents: [] });
  await ask(chat, 'nf');
  const { chat: gone } = await shop.customer('Pergi');
  await ask(gone, 'nf');
  await gone.block();
  await expect
    .poll(() => shop.database.db.query('SELECT 1 FROM users WHERE bot_blocked_at IS NOT NULL'))
    .toHaveLength(1);
  await shop.database.db.query(
    `WITH crowd AS (INSERT INTO users (id, first_name, blocked_at)
                    SELECT 900000 + n, 'Orang', CASE WHEN n = 1 THEN now() END FROM generate_series(1, 3000) n RETURNING id)
     INSERT INTO restock_watches (product_id, user_id) SELECT $1, id FROM crowd`,
    [id],
  );
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  await restock(id, 'isi');
  const [queued] = await shop.database.db.query<{ n: number; bulk: boolean }>(
    "SELECT count(*) AS n, bool_and(bulk) AS bulk FROM outbox WHERE cause LIKE 'restock-watch:%'",
  );
  expect(queued).toEqual({ n: 3000, bulk: true });
  expect(await watches()).toBe(0);
  expect(await news(gone)).toEqual([]);
});

test('a product that is deleted takes the wishes with it', async () => {
  const id = await shop.product({ code: 'nf', contents: [] });
  await ask(chat, 'nf');
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  await adminChat.tapData(`prd:deleted:${id}`, { force: true });
  await adminChat.waitFor('Produk dihapus');
  expect(await watches()).toBe(0);
  shop.clock.advance(2000);
  await chat.tap('🔕 Batal dikabari');
  await chat.waitFor('tidak dijual lagi');
});
