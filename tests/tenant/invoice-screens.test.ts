import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { orderOf } from '../support/orders.ts';
import { buyUpToInvoice, pressQris, startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

const INVOICE = /Invoice tg\d+-\w+[\s\S]*Bayar sebelum/;

let shop: TestStore;
let chat: ChatClient;
/** The last unit of something that only this test sells: the store is everybody's. */
let product: { code: string; name: string; price: number };
let tests = 0;
beforeAll(async () => {
  shop = await startTestStore();
});
beforeEach(async () => {
  tests += 1;
  product = { code: `akun-${tests}`, name: 'Akun A', price: 20_000 };
  await shop.product({ ...product, contents: ['barang-1'] });
  ({ chat } = await shop.customer());
});
afterAll(() => shop.close());

const { answer, tap, tapData } = inTurns(() => ({ shop, chat }), 2000);

const invoices = async () => (await chat.messages()).filter((message) => INVOICE.test(message.text));
const loading = async () => (await chat.messages()).filter((message) => message.text.includes('Sedang memuat'));
const gone = async () =>
  (
    await shop.database.db.query<{ gone: boolean }>(
      `SELECT p.placeholder_gone_at IS NOT NULL AS gone FROM payments p JOIN orders o ON o.id = p.order_id
        WHERE o.user_id = $1`,
      [chat.userId],
    )
  )[0]?.gone;

test('an invoice says how to pay from the phone that shows it, has its numbers to copy, and its time in words', async () => {
  const ref = await buyUpToInvoice(chat, product);
  const [invoice] = await invoices();
  expect(invoice!.text).toContain('Simpan atau screenshot QR ini, lalu unggah di aplikasi bank atau e-wallet.');
  expect(invoice!.text).toMatch(/Bayar sebelum \d\d\.\d\d WIB \((\d+ jam )?\d+ menit lagi\)|WIB \(\d+ jam lagi\)/);
  const entities = invoice!.raw.caption_entities as { type: string; unix_time?: number }[];
  expect(entities.filter((entity) => entity.type === 'date_time')).toHaveLength(2);
  const buttons = invoice!.raw.reply_markup as { inline_keyboard: { text: string; style?: string }[][] };
  const styleOf = (label: string) => buttons.inline_keyboard.flat().find((button) => button.text === label)?.style;
  expect(styleOf('🔗 Checkout URL')).toBe('success');
  expect(styleOf('❌ Batalkan Pembelian')).toBe('danger');
  expect(await chat.tap('📋 Salin Invoice')).toMatchObject({ kind: 'copy', text: ref });
  const total = /Total: Rp([\d.]+)/.exec(invoice!.text)![1]!.replaceAll('.', '');
  expect(await chat.tap('📋 Salin Total')).toMatchObject({ kind: 'copy', text: total });
});

test('an open invoice is shown again from the history: one QR is alive in the chat, and it can be paid', async () => {
  const ref = await buyUpToInvoice(chat, product);
  const [first] = await invoices();
  await answer('ℹ️ Informasi', 'Informasi Akun');
  await tap('🧾 Riwayat Transaksi', ref);
  const detail = await tap('1', 'Menunggu pembayaran');
  expect(labelsOf(detail)).toContain('💳 Tampilkan Invoice');
  const again = await tap('💳 Tampilkan Invoice', INVOICE);
  expect(again.id).not.toBe(first!.id);
  expect(again.kind).toBe('photo');
  await expect.poll(async () => (await invoices()).map(({ id }) => id)).toEqual([again.id]);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-1', { since: 0 });
  const order = await orderOf(shop, ref);
  await chat.tapData(`pay:show:${order.id}`, { force: true });
  expect((await chat.waitForToast()).text).toContain('sudah dibayar');
});

test('an invoice that may not be deleted any more points to the new one, without buttons', async () => {
  const ref = await buyUpToInvoice(chat, product);
  const [first] = await invoices();
  const order = await orderOf(shop, ref);
  await shop.client.faults.add({
    target: 'telegram',
    method: 'deleteMessage',
    chatId: chat.userId,
    kind: '400',
    description: "Bad Request: message can't be deleted",
  });
  const again = await tapData(`pay:show:${order.id}`, INVOICE);
  const old = (await chat.messages()).find(({ id }) => id === first!.id);
  expect(old!.text).toContain(`Invoice ${ref} ada di bawah`);
  expect(old!.buttons).toEqual([]);
  expect((await invoices()).map(({ id }) => id)).toEqual([again.id]);
});

test('whoever holds the last units in their own open invoice is told so, and led to it; others may wait', async () => {
  const ref = await buyUpToInvoice(chat, product);
  const soldOut = await answer(`/start p_${product.code}`, 'sedang kamu pegang sendiri');
  expect(soldOut.text).toContain(ref);
  await tap('💳 Tampilkan Invoice', INVOICE);
  const { chat: other } = await shop.customer('Ani');
  await other.send(`/start p_${product.code}`);
  const view = await other.waitFor('Stoknya sedang habis');
  expect(view.text).not.toContain(ref);
  expect(labelsOf(view)).not.toContain('💳 Tampilkan Invoice');
});

test('nobody is shown the invoice of somebody else', async () => {
  const order = await orderOf(shop, await buyUpToInvoice(chat, product));
  const { chat: other } = await shop.customer('Ani');
  await other.send('/start');
  await other.waitFor('Selamat datang');
  await other.tapData(`pay:show:${order.id}`, { force: true });
  expect((await other.waitForToast()).text).toContain('sudah tidak berlaku');
  expect((await other.messages()).some((message) => INVOICE.test(message.text))).toBe(false);
});

/** The invoice has to be a message of its own. */
const refuseFilling = () =>
  shop.client.faults.add({
    target: 'telegram',
    method: 'editMessageMedia',
    chatId: chat.userId,
    kind: '400',
    description: 'Bad Request: MESSAGE_ID_INVALID',
    times: 'always',
  });

test('a placeholder that may not be deleted says where the invoice is', async () => {
  await refuseFilling();
  await shop.client.faults.add({
    target: 'telegram',
    method: 'deleteMessage',
    chatId: chat.userId,
    kind: '400',
    description: "Bad Request: message can't be deleted",
  });
  const ref = await buyUpToInvoice(chat, product);
  await expect.poll(gone).toBe(true);
  expect(await loading()).toEqual([]);
  expect((await chat.messages()).some(({ text }) => text.includes(`Invoice ${ref} ada di bawah`))).toBe(true);
});

test('a placeholder of a gateway that fails goes away, also where it may not be deleted', async () => {
  const closed = await shop.client.faults.add({ target: 'pakasir', method: 'create', kind: '400', times: 'always' });
  await shop.client.faults.add({
    target: 'telegram',
    method: 'deleteMessage',
    chatId: chat.userId,
    kind: '400',
    description: "Bad Request: message can't be deleted",
  });
  await pressQris(chat, product);
  await chat.waitFor('layanan pembayaran sedang terganggu', { since: 0 });
  await closed.remove();
  await expect.poll(gone).toBe(true);
  expect(await loading()).toEqual([]);
});

test('a placeholder that a crash left over goes away when the store is back', async () => {
  await refuseFilling();
  const held = await shop.client.faults.add({
    target: 'telegram',
    method: 'deleteMessage',
    chatId: chat.userId,
    kind: '429',
    retryAfter: 1,
    times: 'always',
  });
  await buyUpToInvoice(chat, product);
  await held.waitFired();
  expect(await loading()).toHaveLength(1);
  // The job is lost: what is unfinished stands in the rows.
  await shop.database.db.query("DELETE FROM jobs.job WHERE name = 'invoice'");
  await held.remove();
  await shop.restart();
  await expect.poll(gone).toBe(true);
  expect(await loading()).toEqual([]);
});

test('an invoice whose answer was lost is there once: its QR takes the place of the word that it is loading', async () => {
  await shop.client.faults.add({
    target: 'telegram',
    method: 'editMessageMedia',
    chatId: chat.userId,
    kind: 'drop_after',
    times: 2,
  });
  await buyUpToInvoice(chat, product);
  await expect.poll(gone).toBe(true);
  expect((await invoices()).map(({ kind }) => kind)).toEqual(['photo']);
  expect(await loading()).toEqual([]);
});

test('a copy of an invoice, of which Telegram never told, goes when its button is pressed', async () => {
  await refuseFilling();
  await shop.client.faults.add({ target: 'telegram', method: 'sendPhoto', chatId: chat.userId, kind: 'drop_after' });
  await buyUpToInvoice(chat, product);
  await expect.poll(gone).toBe(true);
  const [copy, shown] = await invoices();
  await chat.tap('🔄 Cek Status', { messageId: copy!.id });
  await chat.waitForDeleted(copy!.id);
  expect((await invoices()).map(({ id }) => id)).toEqual([shown!.id]);
  await chat.tap('🔄 Cek Status', { messageId: shown!.id });
  await chat.waitFor('belum masuk');
  expect((await invoices()).map(({ id }) => id)).toEqual([shown!.id]);
});
