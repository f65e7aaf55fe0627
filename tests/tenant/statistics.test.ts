import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { buyUpToInvoice, startTestStore, type TestStore, testClock } from '../support/store.ts';

/** Half past midnight in Jakarta, on 11 March. */
const NOW = '2027-03-10T17:30:00Z';

let shop: TestStore;
let adminChat: ChatClient;
let products: number[];
beforeEach(async () => {
  const clock = testClock();
  clock.advance(Date.parse(NOW) - Date.now());
  shop = await startTestStore({ clock });
  adminChat = shop.admin.chatWith(shop.bot);
  // The buttons of the tests are pressed under some message of the store.
  await adminChat.send('/start');
  await adminChat.waitFor('Selamat datang');
  const many = Array.from({ length: 5 }, (_, nth) => `isi ${nth}`);
  products = [
    await shop.product({ code: 'a', name: 'Akun <A>', price: 10_000, contents: many }),
    await shop.product({ code: 'b', name: 'Akun B', price: 5000, contents: many.map((unit) => `b ${unit}`) }),
  ];
  await shop.database.db.query("INSERT INTO users (id, first_name, joined_at) VALUES (1, 'Lama', '2020-01-01')");
});
afterEach(() => shop.close());

type Sale = { made: string; paid?: string; closed?: string; status?: string; refunded?: number; discount?: number };

/** An order of some units of each product, as its rows say it. */
async function order(sale: Sale, quantities: readonly number[]): Promise<number> {
  const { made, paid = null, closed = null, refunded = 0, discount = 0 } = sale;
  const lines = quantities.map((quantity, nth) => ({ id: products[nth]!, price: nth === 0 ? 10_000 : 5000, quantity }));
  const subtotal = lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
  const [row] = await shop.database.db.query<{ id: number }>(
    `INSERT INTO orders (ref, user_id, status, method, subtotal, discount, total, refunded, checkout_message_id, created_at, paid_at, closed_at)
     VALUES ('tg1-' || gen_random_uuid(), 1, $1, 'qris', $2, $3, $2::bigint - $3::bigint, $4, 1, $5, $6, $7) RETURNING id`,
    [sale.status ?? (paid ? 'delivered' : 'awaiting_payment'), subtotal, discount, refunded, made, paid, closed],
  );
  for (const line of lines.filter(({ quantity }) => quantity > 0)) {
    await shop.database.db.query(
      "INSERT INTO order_lines (order_id, product_id, name, unit_price, quantity) VALUES ($1, $2, 'lama', $3, $4)",
      [row!.id, line.id, line.price, line.quantity],
    );
  }
  return row!.id;
}

const joined = (id: number, at: string) =>
  shop.database.db.query("INSERT INTO users (id, first_name, joined_at) VALUES ($1, 'Orang', $2)", [id, at]);

const deposit = (amount: number, at: string) =>
  shop.database.db.query(
    `INSERT INTO deposits (ref, user_id, method, amount, status, message_id, created_at, paid_at)
     VALUES ('dp1-' || gen_random_uuid(), 1, 'manual', $1, 'paid', 1, $2, $2)`,
    [amount, at],
  );

async function open(days: number, title: string) {
  await adminChat.tapData(`sta:show:${days}`, { force: true });
  return (await adminChat.waitFor(title)).text;
}

test('a day begins at midnight of the store, and is compared with the day before up to the same time', async () => {
  await joined(2, '2027-03-10T16:59:59Z');
  await joined(3, '2027-03-10T17:00:00Z');
  await order({ made: '2027-03-10T16:59:00Z', paid: '2027-03-10T17:05:00Z' }, [1, 1]);
  await order({ made: '2027-03-10T17:01:00Z' }, [1]);
  await order({ made: '2027-03-10T17:02:00Z', paid: '2027-03-10T17:10:00Z', refunded: 10_000 }, [3]);
  await order({ made: '2027-03-10T17:03:00Z', closed: '2027-03-10T17:20:00Z', status: 'expired' }, [1]);
  await order({ made: '2027-03-10T16:00:00Z', closed: '2027-03-10T17:21:00Z', status: 'credited' }, [4]);
  await order({ made: '2027-03-09T17:05:00Z', paid: '2027-03-09T17:10:00Z' }, [2]);
  await order({ made: '2027-03-09T17:40:00Z', paid: '2027-03-09T17:41:00Z' }, [2]);
  await deposit(50_000, '2027-03-10T17:15:00Z');
  await deposit(70_000, '2027-03-10T16:15:00Z');

  const text = await open(1, 'Statistik hari ini');
  expect(text).toContain('👥 User baru: 1 (baru)');
  expect(text).toContain('🧾 Pesanan dibuat: 3 ▲ 200%');
  expect(text).toContain('✅ Pesanan lunas: 2 ▲ 100%');
  expect(text).toContain('🎯 Konversi: 33,3% (1 dari 3) ▼ 66,7 poin');
  expect(text).toContain('💵 Omzet: Rp35.000 ▲ 75%');
  expect(text).toContain('💰 Deposit: Rp50.000 (1×) (baru)');
  expect(text).toContain('⌛ Kedaluwarsa: 1 (baru)');
  expect(text).toContain('❌ Dibatalkan: 0\n');
  expect(text).toContain('💸 Jadi saldo: 1 (baru)');
});

test('seven and thirty days hold what today does not, and what is older is what they are compared with', async () => {
  await order({ made: '2027-03-04T17:00:00Z', paid: '2027-03-04T17:00:00Z' }, [1]);
  await order({ made: '2027-03-04T16:59:00Z', paid: '2027-03-04T16:59:59Z' }, [4]);
  expect(await open(1, 'Statistik hari ini')).toContain('💵 Omzet: Rp0\n');
  const week = await open(7, 'Statistik 7 hari');
  expect(week).toContain('💵 Omzet: Rp10.000 ▼ 75%');
  expect(week).toContain('🎯 Konversi: 100% (1 dari 1) (tetap)');
  expect(await open(30, 'Statistik 30 hari')).toContain('💵 Omzet: Rp50.000 (baru)');
});

test('best sellers share discounts and refunds, and are named as they are now', async () => {
  await order({ made: NOW, paid: NOW, discount: 5000, refunded: 5000 }, [1, 2]);
  await order({ made: NOW, paid: NOW }, [1]);
  await order({ made: NOW, closed: NOW, status: 'cancelled' }, [9, 9]);
  const text = await open(1, 'Statistik hari ini');
  expect(text).toContain('🏆 Terlaris\n1. Akun <A> · 2 · Rp15.000\n2. Akun B · 2 · Rp5.000\n');
  expect(text).toContain('💵 Omzet: Rp20.000');
});

test('goods that wait and products that run low are told', async () => {
  const id = await order({ made: NOW, paid: NOW, status: 'paid' }, [1]);
  await shop.database.db.query('INSERT INTO deliveries (order_id) VALUES ($1)', [id]);
  expect(await open(1, 'Statistik hari ini')).not.toContain('Stok menipis');
  const units = 'SELECT id FROM stock_units WHERE product_id = $1 ORDER BY id LIMIT $2';
  await shop.database.db.query(`UPDATE stock_units SET status = 'removed' WHERE id IN (${units})`, [products[0], 2]);
  await shop.database.db.query(`UPDATE stock_units SET status = 'removed' WHERE id IN (${units})`, [products[1], 5]);
  const text = await open(1, 'Stok menipis');
  expect(text).toContain('📦 Menunggu dikirim: 1');
  expect(text).toContain('📉 Stok menipis\n• Akun B: habis\n• Akun <A>: sisa 3');
});

test('what a customer buys is counted, from the admin menu and back to it', async () => {
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, { code: 'a', name: 'Akun <A>', price: 10_000 });
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('Pembayaran Berhasil');
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  await adminChat.tap('📊 Statistik');
  const shown = await adminChat.waitFor('Omzet: Rp10.000 (baru)');
  expect(shown.buttons.map((row) => row.map(({ label }) => label))).toEqual([
    ['• Hari ini •', '7 hari', '30 hari'],
    ['⬅️ Kembali ke Menu Admin'],
  ]);
  await adminChat.tap('7 hari');
  await adminChat.waitFor('🎯 Konversi: 100% (1 dari 1)');
  await adminChat.tap('⬅️ Kembali ke Menu Admin');
  await adminChat.waitFor('Mau mengatur apa');
});

test('the same period again changes nothing, an unknown one says so, and customers do not get in', async () => {
  await open(1, 'Statistik hari ini');
  await adminChat.tap('• Hari ini •');
  await adminChat.waitForToast();
  await adminChat.tapData('sta:show:2', { force: true });
  await adminChat.waitForToast('tidak berlaku');
  const { chat } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  await chat.tapData('sta:show:1', { force: true });
  await chat.waitForToast('khusus admin');
});

test('the longest of everything fits the caption of a photo', async () => {
  const name = 'W'.repeat(200);
  for (let nth = 0; nth < 7; nth += 1) products[nth] = await shop.product({ name, contents: [] });
  for (let nth = 0; nth < 5; nth += 1) {
    const quantities = products.map((_, at) => (at === nth ? 99_999_999 : 0));
    await order({ made: '2027-02-20T00:00:00Z', paid: NOW }, quantities);
    await order({ made: '2027-01-20T00:00:00Z', paid: '2027-01-20T00:00:00Z' }, [1]);
  }
  await deposit(9_999_999_999, NOW);
  const text = await open(30, 'Statistik 30 hari');
  expect(text).toContain('>999%');
  expect(text).toContain('… dan 2 produk lain');
  expect(text.length).toBeLessThanOrEqual(1024 - 80);
});
