import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient, MessageView } from '../../sandbox/client.ts';
import type { Update } from '../../sandbox/telegram/types.ts';
import { buy, orderOf } from '../support/orders.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.admin.chatWith(shop.bot);
  await answer('/admin', 'Admin Settings');
});
afterEach(() => shop.close());

const { answer, tapData } = inTurns(() => ({ shop, chat }));
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const book = { code: 'buku', name: 'E-book <Resep>', price: 30_000 };
const query = <R>(text: string) => shop.database.db.query<R>(text);
const WRONG_FILE = 'Bad Request: wrong file identifier/HTTP URL specified';

async function openRestock(): Promise<number> {
  const id = await shop.product({ ...book, contents: [] });
  await tapData(`prd:restock:${id}`, 'Isi Stok');
  return id;
}

/** The seller's own message, as Telegram sends it again when it is forwarded, or as a part of an album. */
async function passOn(message: MessageView, change: Record<string, unknown>): Promise<void> {
  const id = 880_000 + Math.floor(Math.random() * 100_000);
  const update = { update_id: id, message: { ...message.raw, message_id: id, ...change } };
  await shop.client.injectUpdate(shop.bot, update as Update);
}

/** Telegram does not know the file of this bot's next delivery. */
const refuseFile = () =>
  shop.client.faults.add({ target: 'telegram', method: 'editMessageMedia', kind: '400', description: WRONG_FILE });

const ownFile = async () =>
  (await chat.messages()).findLast(({ from, file }) => from === 'user' && file) as MessageView;

test('a photo, a video and a document are goods: each reaches the buyer as it was sent, with its caption', async () => {
  const id = await openRestock();
  await chat.sendDocument({
    bytes: '%PDF-1',
    fileName: 'resep.pdf',
    mimeType: 'application/pdf',
    caption: 'Sandi: <a&b>',
  });
  const report = await chat.waitFor('1 isi ditambahkan');
  expect(report.text).toContain('seperti yang kamu kirim');
  await chat.sendPhoto({ bytes: PNG });
  await chat.waitFor('Stok sekarang: 2');
  await chat.sendVideo({ bytes: 'film', caption: 'Bagian 1' });
  await chat.waitFor('Stok sekarang: 3');
  await answer('kode-teks', 'Stok sekarang: 4');
  await tapData(`prd:units:${id}:0`, '📎 Berkas: resep.pdf · Sandi: <a&b>');
  const stored = JSON.stringify(await query('SELECT content FROM stock_units'));
  expect(stored).not.toContain('fileId');

  const { chat: customer } = await shop.customer();
  await customer.send(`/start p_${book.code}`);
  await customer.waitFor('📊 Stok');
  shop.clock.advance(3000);
  await customer.tapData(`cart:add:${id}:4`, { force: true });
  await customer.waitFor('4 × Rp30.000');
  await customer.tap('💳 Lanjut ke Pembayaran');
  await customer.waitFor('Pilih Metode');
  await customer.tap('💠 QRIS');
  const ref = /tg\d+-\w+/.exec((await customer.waitFor(/Invoice tg\d+-\w+[\s\S]*Bayar sebelum/)).text)![0];
  await shop.client.pakasir.pay(ref);
  await shop.admin.chatWith(shop.bot).waitFor(new RegExp(`${ref}[\\s\\S]*barang terkirim`), { since: 0 });
  const got = (await customer.messages()).filter(({ from }) => from === 'bot').slice(-4);
  expect(got.map(({ kind }) => kind)).toEqual(['text', 'document', 'photo', 'video']);
  expect(got[0]!.text).toContain('kode-teks');
  expect(got.map(({ text }) => text).slice(1)).toEqual([
    'E-book <Resep>\nSandi: <a&b>',
    'E-book <Resep>',
    'E-book <Resep>\nBagian 1',
  ]);
  expect((await customer.download(got[1]!)).toString()).toBe('%PDF-1');
});

test('an album becomes a unit for each of its files, and is answered once', async () => {
  await openRestock();
  const since = await chat.mark();
  await chat.sendAlbum([0, 1, 2].map((nth) => ({ bytes: Buffer.concat([PNG, Buffer.from(String(nth))]) })));
  await chat.waitFor('Berkas lain dari album ini', { since });
  const stock = () => query("SELECT count(*)::int AS n FROM stock_units WHERE status = 'available'");
  await expect.poll(stock).toEqual([{ n: 3 }]);
  // One of them again says that it is known.
  const last = await ownFile();
  await passOn(last, {});
  await chat.waitFor('Duplikat dilewati: 1', { since });
  expect((await chat.messages(since)).filter(({ text }) => /\d isi ditambahkan/.test(text))).toHaveLength(1);
});

test('a file that Telegram refuses is not lost: everybody hears, and it comes once the seller forwards it anew', async () => {
  await openRestock();
  await chat.sendPhoto({ bytes: PNG, caption: 'Halaman 1' });
  await chat.waitFor('1 isi ditambahkan');
  const original = await ownFile();
  const { chat: customer } = await shop.customer();
  const ref = await buyUpToInvoice(customer, book);
  const fault = await refuseFile();
  await shop.client.pakasir.pay(ref);
  await customer.waitFor(`Satu berkas dari pesanan ${ref} belum bisa kami kirim`);
  const notice = await chat.waitFor(/Berkas pesanan .* ditolak Telegram/);
  expect(notice.text).toContain('wrong file identifier');
  await shop.owner.chatWith(shop.bot).waitFor(/Berkas pesanan .* ditolak Telegram/, { since: 0 });
  await chat.waitFor(new RegExp(`${ref}[\\s\\S]*berkasnya ditolak Telegram`), { since: 0 });
  expect(await orderOf(shop, ref)).toMatchObject({ status: 'paid' });
  expect(await query('SELECT status FROM deliveries')).toEqual([{ status: 'refused' }]);

  // The seller forwards the old message to the bot of now: the file is the same, its id is another.
  await fault.remove();
  await chat.sendPhoto({ bytes: Buffer.concat([PNG, Buffer.from('x')]) });
  await chat.waitFor('1 isi ditambahkan');
  const other = (await ownFile()).raw.photo!.at(-1)!;
  const { file_unique_id } = original.raw.photo!.at(-1)!;
  await passOn(original, { photo: [{ ...other, file_unique_id }] });
  await chat.waitFor('Berkas yang sudah dikenal diperbarui: 1');
  const got = await customer.waitFor('Halaman 1');
  expect(got.kind).toBe('photo');
  expect(got.file?.id).toBe(other.file_id);
  await chat.waitFor(new RegExp(`${ref}[\\s\\S]*barang terkirim`), { since: 0 });
  expect((await customer.messages()).filter(({ text }) => text.includes('Halaman 1'))).toHaveLength(1);
});

test('a file of content without end that is refused comes when the seller replaces it; what others hold stays', async () => {
  await answer('/admin', 'Admin Settings');
  await query(
    `INSERT INTO products (code, name, price, kind) VALUES ('${book.code}', '${book.name}', ${book.price}, 'endless')`,
  );
  const [{ id } = { id: 0 }] = await query<{ id: number }>('SELECT id FROM products');
  await tapData(`prd:replace:${id}`, 'setiap pembeli');
  await chat.sendDocument({ bytes: 'isi lama', fileName: 'buku.txt' });
  await chat.waitFor('bisa dijual tanpa batas');
  const { chat: first } = await shop.customer('Ani');
  await buy(shop, first, book);
  const held = (await first.messages()).findLast(({ kind }) => kind === 'document');
  expect(held?.file?.name).toBe('buku.txt');

  const { chat: second } = await shop.customer('Budi');
  const ref = await buyUpToInvoice(second, book);
  const fault = await refuseFile();
  await shop.client.pakasir.pay(ref);
  await second.waitFor('belum bisa kami kirim');
  await expect.poll(() => query("SELECT 1 FROM deliveries WHERE status = 'refused'")).toHaveLength(1);
  await fault.remove();
  await tapData(`prd:replace:${id}`, 'setiap pembeli');
  await chat.sendDocument({ bytes: 'isi baru', fileName: 'buku-2.txt' });
  await chat.waitFor('Isinya diganti');
  const got = await second.waitFor('E-book <Resep>');
  await expect.poll(async () => (await second.messages()).at(-1)?.file?.name).toBe('buku-2.txt');
  expect(got).toBeDefined();
  expect(await query('SELECT count(DISTINCT content)::int AS n FROM stock_units')).toEqual([{ n: 2 }]);

  // The first buyer asks for theirs again, under a bot that does not know it; the seller forwards that very file.
  const original = (await chat.messages()).find(({ file }) => file?.name === 'buku.txt') as MessageView;
  const later = await refuseFile();
  await first.send('ℹ️ Informasi');
  await first.waitFor('Informasi');
  await first.tap('🧾 Riwayat Transaksi');
  await first.waitFor('Riwayat Transaksi');
  await first.tap('1');
  await first.waitFor('Selesai');
  await first.tap('📦 Kirim ulang');
  await first.waitFor('belum bisa kami kirim');
  await expect.poll(() => query("SELECT 1 FROM deliveries WHERE status = 'refused'")).toHaveLength(1);
  await later.remove();
  const renamed = (await chat.messages()).find(({ file }) => file?.name === 'buku-2.txt')!.raw.document!;
  const { file_unique_id } = original.raw.document!;
  await tapData(`prd:replace:${id}`, 'setiap pembeli');
  await passOn(original, { document: { ...renamed, file_unique_id } });
  await chat.waitFor('Isinya diganti');
  await expect.poll(async () => (await first.messages()).at(-1)?.file?.id).toBe(renamed.file_id);
});
