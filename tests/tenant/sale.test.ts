import { afterEach, describe, expect, test } from 'vitest';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

describe.each(['polling', 'webhook'] as const)('a sale by %s', (mode) => {
  test('a customer pays by QRIS and gets the goods, names and goods full of special characters', async () => {
    shop = await startTestStore({ mode });
    const product = { code: 'NF1', name: 'Netflix <1 bulan> & "teman"', price: 15_000 };
    const contents = ['user<a>&b@x.id|p"a&ss', '</pre><b>&lt;nakal&gt;'];
    await shop.product({ ...product, contents });
    const { chat } = await shop.customer('Budi <b>&');
    const ref = await buyUpToInvoice(chat, product);
    await shop.client.pakasir.pay(ref);
    const goods = await chat.waitFor(contents[0]!);
    expect(goods.text).toContain('Pembayaran Berhasil');
    expect(goods.text).toContain(product.name);
    expect(goods.text).toContain('Budi <b>&');
    expect(goods.raw.entities?.filter((entity) => entity.type === 'pre')).toHaveLength(1);
  });
});

test('the invoice shows what Pakasir asked for, and turns into a receipt', async () => {
  shop = await startTestStore();
  const product = { code: 'A', name: 'Akun A', price: 20_000 };
  await shop.product({ ...product, contents: ['satu'] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, product);
  const invoice = await chat.waitFor(ref);
  const transaction = await shop.client.pakasir.transaction(ref);
  const dotted = (amount: number) => `Rp${amount.toLocaleString('id-ID')}`;
  expect(invoice.text).toContain(`Biaya Layanan: ${dotted(transaction.fee)}`);
  expect(invoice.text).toContain(`Total: ${dotted(transaction.total)}`);
  expect(invoice.kind).toBe('photo');
  await shop.client.pakasir.pay(ref);
  const receipt = await chat.waitFor('LUNAS', { messageId: invoice.id });
  expect(receipt.buttons).toEqual([]);
});

test('goods longer than one message arrive whole, in order, split or as a file', async () => {
  shop = await startTestStore();
  const split = { code: 'S', name: 'Paket panjang', price: 1000 };
  await shop.product({ ...split, contents: [`AWAL${'x'.repeat(2900)}`, `LANJUT${'y'.repeat(3000)}AKHIR`] });
  const { chat } = await shop.customer();
  // Only one unit is asked for per purchase here; the cart takes both.
  await chat.send(`/start p_${split.code}`);
  await chat.waitFor(split.name);
  await chat.tap('➕');
  await chat.waitFor(/2/);
  await chat.tap('🧺 Lanjut ke Keranjang');
  await chat.waitFor('2 × Rp1.000');
  await chat.tap('💳 Lanjut ke Pembayaran');
  await chat.waitFor('Pilih Metode');
  await chat.tap('💠 QRIS');
  const ref = /tg\d+-\w+/.exec((await chat.waitFor(/Invoice tg/)).text)![0];
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('AKHIR');
  const texts = (await chat.messages()).map((message) => message.text);
  expect(texts.findIndex((text) => text.includes('AWAL'))).toBeLessThan(
    texts.findIndex((text) => text.includes('AKHIR')),
  );
});

test('goods that fit into no message come as a text file with every character', async () => {
  shop = await startTestStore();
  const long = { code: 'L', name: 'Buku <besar>', price: 5000 };
  const content = `mulai\n${'<&>"é😀 baris\n'.repeat(900)}selesai`;
  await shop.product({ ...long, contents: [content] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, long);
  await shop.client.pakasir.pay(ref);
  const message = await chat.waitFor('Pembayaran Berhasil');
  expect(message.file?.name).toBe(`${ref}.txt`);
  expect((await chat.download(message)).toString('utf8')).toContain(content);
});

test('sellers see one message per order that follows it, owners are left out of it', async () => {
  shop = await startTestStore();
  const product = { code: 'A', name: 'Akun A', price: 20_000 };
  await shop.product({ ...product, contents: ['satu'] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, product);
  const adminChat = shop.admin.chatWith(shop.bot);
  const notice = await adminChat.waitFor(new RegExp(`⏳ Order ${ref}`));
  await shop.client.pakasir.pay(ref);
  const done = await adminChat.waitFor(new RegExp(String.raw`✅ Order ${ref}[\s\S]*barang terkirim`));
  expect(done.id).toBe(notice.id);
  const owner = await shop.owner.chatWith(shop.bot).transcript();
  expect(owner).not.toContain(`Order ${ref}`);
});

test('the terms of a product follow its delivery', async () => {
  shop = await startTestStore();
  const product = { code: 'A', name: 'Akun A', price: 20_000 };
  await shop.product({ ...product, contents: ['satu'], terms: 'Jangan ganti <sandi>.' });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, product);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('Jangan ganti <sandi>.');
});
