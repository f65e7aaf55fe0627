import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000, terms: 'Ganti kata sandi dalam 24 jam.' };
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let shop: TestStore;
let chat: ChatClient;
let adminChat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  ({ chat } = await shop.customer());
  adminChat = shop.admin.chatWith(shop.bot);
});
afterEach(() => shop.close());

const { answer, tap } = inTurns(() => ({ shop, chat }), 2000);
const pause = () => shop.clock.advance(2000);
const holding = async (of: ChatClient, text: string) =>
  (await of.messages()).filter((message) => message.text.includes(text));
const handled = async () => (await shop.database.db.query<{ n: number }>('SELECT count(*) AS n FROM updates'))[0]!.n;

async function album(pictures: number, as: 'photo' | 'document', caption?: string): Promise<void> {
  pause();
  const before = await handled();
  await chat.sendAlbum(
    Array.from({ length: pictures }, (_, n) => ({
      kind: as,
      bytes: PIXEL,
      ...(n === 0 && caption ? { caption } : {}),
      ...(as === 'document' ? { fileName: `foto-${n}.png`, mimeType: 'image/png' } : {}),
    })),
  );
  await expect.poll(handled).toBe(before + pictures);
}

test('a receipt sent after a QRIS purchase reaches the seller with the order, and is thanked for once', async () => {
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const ref = await buyUpToInvoice(chat, PRODUCT);
  pause();
  await chat.sendPhoto({ bytes: PIXEL, caption: 'sudah bayar ya kak <3' });
  const thanks = await chat.waitFor('buktinya sudah kami teruskan');
  expect(thanks.text).toContain(ref);
  expect(labelsOf(thanks)).toEqual(['🔄 Cek Status']);
  const seen = await adminChat.waitFor('Bukti bayar dari pembeli', { since: 0 });
  expect(seen.kind).toBe('photo');
  expect(seen.text).toContain(ref);
  expect(seen.text).toContain('sudah bayar ya kak <3');
  await adminChat.tap('📦 Buka Order');
  await adminChat.waitFor(new RegExp(`${ref}[\\s\\S]*Akun A`));
  expect(await holding(adminChat, 'Bukti bayar dari pembeli')).toHaveLength(1);
  pause();
  await chat.sendDocument({ bytes: 'PDF', fileName: 'struk.pdf', mimeType: 'application/pdf' });
  await expect.poll(async () => (await holding(adminChat, 'Bukti bayar dari pembeli')).length).toBe(2);
  expect(await holding(chat, 'buktinya sudah kami teruskan')).toHaveLength(1);
});

test('an album of receipts goes to the seller whole and is answered once', async () => {
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  await buyUpToInvoice(chat, PRODUCT);
  await album(6, 'photo');
  await expect.poll(async () => (await holding(adminChat, 'Bukti bayar dari pembeli')).length).toBe(6);
  expect(await holding(chat, 'buktinya sudah kami teruskan')).toHaveLength(1);
  expect(await holding(chat, 'belum paham')).toHaveLength(0);
  expect(await holding(chat, 'spam')).toHaveLength(0);
});

test('nobody floods the sellers with receipts', async () => {
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  await buyUpToInvoice(chat, PRODUCT);
  for (let n = 0; n < 11; n += 1) {
    pause();
    await chat.sendPhoto({ bytes: PIXEL });
  }
  await chat.waitFor('sudah kami teruskan semua', { since: 0 });
  expect(await shop.database.db.query('SELECT id FROM receipts')).toHaveLength(10);
});

test('a picture of somebody who bought nothing gets the hint, and goes to nobody', async () => {
  await answer('/start', 'Selamat datang');
  pause();
  await chat.sendPhoto({ bytes: PIXEL });
  await chat.waitFor('belum paham');
  expect(await holding(adminChat, 'Bukti bayar')).toHaveLength(0);
});

test('an album is one proof of the terms: saved once, its other pictures follow, and none is an error', async () => {
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('Ganti kata sandi', { since: 0 });
  await tap('✅ Penuhi SNK', 'Kirim buktinya di sini');
  await album(3, 'photo');
  await expect.poll(async () => (await holding(adminChat, 'Bukti SNK, lanjutan')).length).toBe(2);
  expect(await holding(adminChat, 'Bukti SNK baru')).toHaveLength(1);
  expect(await holding(chat, 'Bukti SNK-mu sudah kami terima')).toHaveLength(1);
  expect(await holding(chat, 'Bukti bayar')).toHaveLength(0);
  expect(await holding(chat, 'belum')).toEqual([]);
  expect(await shop.database.db.query('SELECT id FROM term_proofs')).toHaveLength(1);
});

test('pictures sent as files are the proof of a transfer, an album of them too', async () => {
  await answer('💰 Deposit', 'Deposit Saldo');
  await tap('🏦 Transfer Manual', 'Tanyakan rekening tujuannya');
  await tap('📤 Kirim Bukti', 'Berapa yang kamu transfer');
  await answer('75000', 'Sekarang kirim bukti transfer');
  await album(3, 'document', 'dari BCA');
  await chat.waitFor('Bukti transfermu sudah kami teruskan', { since: 0 });
  const notice = await adminChat.waitFor(/Deposit dp\d+[\s\S]*dari BCA/, { since: 0 });
  expect(notice.kind).toBe('document');
  await expect.poll(async () => (await holding(adminChat, 'Bukti transfer, lanjutan')).length).toBe(2);
  expect(await holding(chat, 'Bukti transfermu sudah kami teruskan')).toHaveLength(1);
  expect(await holding(chat, 'belum paham')).toEqual([]);
  expect(await shop.database.db.query('SELECT id FROM deposits')).toHaveLength(1);
});
