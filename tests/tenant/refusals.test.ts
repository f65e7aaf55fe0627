import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { buyUpToInvoice, pressQris, startTestStore, type TestStore } from '../support/store.ts';
import { labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2'] });
  ({ chat } = await shop.customer());
});
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

/** Every wording that an edit may be refused with, and one that nobody has seen. */
const EDIT_REFUSALS = ['MESSAGE_ID_INVALID', "message media can't be edited", 'SOMETHING_NEW'];

const refuse = (method: string, description: string, times: number | 'always' = 1) =>
  shop.client.faults.add({
    target: 'telegram',
    method,
    chatId: chat.userId,
    kind: '400',
    description: `Bad Request: ${description}`,
    times,
  });

const holding = async (content: string) =>
  (await chat.messages()).filter((message) => message.text.includes(content)).length;

test('a screen that cannot be edited, in whatever words, comes as a new message', async () => {
  for (const words of EDIT_REFUSALS) {
    shop.clock.advance(2000);
    await chat.send('/start');
    const home = await chat.waitFor('Selamat datang');
    await refuse('editMessageText', words);
    shop.clock.advance(2000);
    await chat.tap('📋 INFORMASI');
    expect((await chat.waitFor('Informasi Akun')).id, words).toBeGreaterThan(home.id);
  }
});

test.each(EDIT_REFUSALS)('goods whose message cannot be edited (%s) come in another, once', async (words) => {
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await refuse('editMessageText', words);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-1');
  await shop.admin.chatWith(shop.bot).waitFor('barang terkirim', { since: 0 });
  expect(await holding('barang-1')).toBe(1);
});

test('goods come although Telegram edits nothing and takes them as no text: as a file, without empty promises', async () => {
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await refuse('editMessageText', 'SOMETHING_NEW', 'always');
  const texts = await shop.client.faults.add({
    target: 'telegram',
    method: 'sendMessage',
    chatId: chat.userId,
    contains: 'barang-1',
    kind: '400',
    description: 'Bad Request: SOMETHING_NEW',
    times: 'always',
  });
  await shop.client.pakasir.pay(ref);
  await texts.waitFired();
  await shop.admin.chatWith(shop.bot).waitFor('barang terkirim', { since: 0 });
  const file = (await chat.messages()).find((message) => message.file?.name === `${ref}.txt`);
  expect((await chat.download(file!)).toString()).toContain('barang-1');
  expect(await holding('sedang disiapkan')).toBe(0);
});

test('the notice of a seller that cannot be edited comes as a new one', async () => {
  const adminChat = shop.admin.chatWith(shop.bot);
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const first = await adminChat.waitFor('Menunggu pembayaran', { since: 0 });
  await shop.client.faults.add({
    target: 'telegram',
    method: 'editMessageText',
    chatId: adminChat.userId,
    kind: '400',
    description: 'Bad Request: MESSAGE_ID_INVALID',
    times: 'always',
  });
  await shop.client.pakasir.pay(ref);
  expect((await adminChat.waitFor('barang terkirim', { since: 0 })).id).toBeGreaterThan(first.id);
});

test('an invoice whose picture Telegram refuses comes as a text that can be paid, and is closed like any', async () => {
  const inPlace = await refuse('editMessageMedia', 'IMAGE_PROCESS_FAILED', 'always');
  const pictures = await refuse('sendPhoto', 'IMAGE_PROCESS_FAILED', 'always');
  await pressQris(chat, PRODUCT);
  const invoice = await chat.waitFor(/Invoice tg\d+-\w+/);
  expect(invoice.kind).toBe('text');
  expect(labelsOf(invoice)).toContain('🔄 Cek Status');
  for (const fault of [inPlace, pictures]) await fault.remove();
  await shop.client.pakasir.pay(/tg\d+-\w+/.exec(invoice.text)![0]);
  await chat.waitFor('barang-1');
  await expect
    .poll(async () => (await chat.view()).messages.find(({ id }) => id === invoice.id)?.buttons ?? [])
    .toEqual([]);
});

test('a product whose photo Telegram refuses, in whatever words, is shown as a text', async () => {
  await shop.database.db.query("UPDATE products SET photo_file_id = 'foto-lama'");
  await refuse('sendPhoto', 'PHOTO_INVALID_DIMENSIONS');
  await chat.send('/start p_A');
  const product = await chat.waitFor('Jumlah: 1');
  expect(product.kind).toBe('text');
});

test('goods that are stuck can be asked for again, at once, and come once', async () => {
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const edits = await shop.client.faults.add({
    target: 'telegram',
    method: 'editMessageText',
    chatId: chat.userId,
    kind: '5xx',
    times: 'always',
  });
  await shop.client.pakasir.pay(ref);
  await edits.waitFired();
  const failed = () => shop.database.db.query('SELECT order_id FROM deliveries WHERE attempts > 0');
  await expect.poll(failed).toHaveLength(1);
  await edits.remove();
  // The next attempt of its own is far away.
  await shop.database.db.query("UPDATE jobs.job SET start_after = now() + interval '1 hour' WHERE name = 'delivery'");
  const [order] = await shop.database.db.query<{ id: number }>('SELECT id FROM orders');
  shop.clock.advance(5000);
  await chat.send('ℹ️ Informasi');
  await chat.waitFor('Informasi Akun');
  shop.clock.advance(2000);
  await chat.tap('🧾 Riwayat Transaksi');
  await chat.waitFor(ref);
  shop.clock.advance(2000);
  await chat.tapData(`his:open:${order!.id}:0`, { force: true });
  const detail = await chat.waitFor(`Pesanan ${ref}`);
  expect(labelsOf(detail)).toContain('📦 Kirim ulang');
  shop.clock.advance(2000);
  await chat.tap('📦 Kirim ulang');
  const goods = await chat.waitFor('barang-1');
  expect(goods.id).toBeGreaterThan(detail.id);
  await shop.admin.chatWith(shop.bot).waitFor('barang terkirim', { since: 0 });
  expect(await holding('barang-1')).toBe(1);
  await expect.poll(() => holding('sedang disiapkan')).toBe(0);
});
