import { afterEach, expect, test } from 'vitest';
import { buyUpToInvoice, pressQris, startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

test('a double tap on QRIS makes one order', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2'] });
  const { chat } = await shop.customer();
  await chat.send(`/start p_${PRODUCT.code}`);
  await chat.waitFor(PRODUCT.name);
  await chat.tap('🧺 Lanjut ke Keranjang');
  await chat.waitFor('Rp20.000');
  await chat.tap('💳 Lanjut ke Pembayaran');
  await chat.waitFor('Pilih Metode');
  await Promise.all([chat.tap('💠 QRIS'), chat.tap('💠 QRIS'), chat.tap('💠 QRIS')]);
  await chat.waitFor(/Invoice tg/);
  expect(await shop.database.db.query('SELECT id FROM orders')).toHaveLength(1);
});

test('fifty customers race for ten units: ten invoices at most, no unit shared, the rest are told', async () => {
  shop = await startTestStore({ mode: 'webhook' });
  await shop.product({ ...PRODUCT, contents: Array.from({ length: 10 }, (_, index) => `barang-${index}-x`) });
  const customers = await Promise.all(Array.from({ length: 50 }, (_, index) => shop.customer(`Pembeli ${index}`)));
  const results = await Promise.all(
    customers.map(async ({ chat }) => {
      await chat.send(`/start p_${PRODUCT.code}`);
      const opened = await chat.waitFor(PRODUCT.name);
      if (!opened.buttons.flat().some((button) => button.label.includes('Keranjang'))) return 'sold_out';
      await chat.tap('🧺 Lanjut ke Keranjang');
      const cart = await chat.waitFor(/Keranjang Belanja|sudah habis/);
      if (!cart.text.includes('Keranjang Belanja')) return 'sold_out';
      await chat.tap('💳 Lanjut ke Pembayaran');
      await Promise.race([chat.waitFor(/Pilih Metode/), chat.waitForToast(/kosong/)]);
      if (!(await chat.messages()).some((message) => message.text.includes('Pilih Metode'))) return 'sold_out';
      await chat.tap('💠 QRIS');
      const toast = await chat.waitForToast(/.*/);
      if (/berkurang|kosong/.test(toast.text)) return 'sold_out';
      const invoice = await chat.waitFor(/Invoice (tg\d+-\w+)/);
      return /tg\d+-\w+/.exec(invoice.text)![0];
    }),
  );
  const refs = results.filter((result) => result !== 'sold_out');
  expect(refs).toHaveLength(10);
  for (const ref of refs) await shop.client.pakasir.pay(ref);
  const winners = customers.filter((_, index) => results[index] !== 'sold_out');
  const goods = await Promise.all(
    winners.map(async ({ chat }) => /barang-\d-x/.exec((await chat.waitFor(/barang-\d-x/)).text)![0]),
  );
  expect(new Set(goods).size).toBe(10);
});

test('whoever presses the status button again and again holds up nobody else', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2'] });
  const { chat } = await shop.customer('Gelisah');
  await buyUpToInvoice(chat, PRODUCT);
  for (let press = 0; press < 15; press += 1) await chat.tap('🔄 Cek Status');
  const { chat: other } = await shop.customer('Tenang');
  await buyUpToInvoice(other, PRODUCT);
  const asked = await shop.client.pakasir.calls({ method: 'status' });
  expect(asked.length).toBeLessThan(5);
});

test('a customer who makes and drops orders again and again is asked to wait', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  await shop.database.db.query(
    `INSERT INTO orders (ref, user_id, status, method, subtotal, total, checkout_message_id, created_at)
     SELECT 'tg1-' || n, $1, 'cancelled', 'qris', 1000, 1000, 1, now() FROM generate_series(1, 10) n`,
    [person.id],
  );
  await pressQris(chat, PRODUCT);
  await chat.waitForToast('Kamu sudah membuat banyak pesanan');
});
