import { afterEach, expect, test } from 'vitest';
import { openRooms } from '../support/modules.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { upToCart, useCode, usesOf, voucher } from '../support/vouchers.ts';

let shop: TestStore;
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

test('thirty customers at once on a voucher for five: five orders carry it, the others are told', async () => {
  shop = await startTestStore();
  const productId = await shop.product({
    ...PRODUCT,
    contents: Array.from({ length: 30 }, (_, index) => `barang-${index}`),
  });
  const voucherId = await voucher(shop, { maxUses: 5 });
  await shop.database.db.query(
    `INSERT INTO users (id, first_name) SELECT 9000 + n, 'Budi' FROM generate_series(1, 30) n`,
  );
  await shop.database.db.query(
    'INSERT INTO cart_lines (user_id, product_id, quantity) SELECT 9000 + n, $1, 1 FROM generate_series(1, 30) n',
    [productId],
  );
  await shop.database.db.query('INSERT INTO cart_vouchers SELECT 9000 + n, $1 FROM generate_series(1, 30) n', [
    voucherId,
  ]);
  const second = await openRooms(shop, 30);
  const { orders } = second.modules;
  const outcomes = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      second.db.tx((tx) => orders.checkout(tx, { id: 9001 + index }, 1000, { method: 'qris', total: 18_000 })),
    ),
  ).finally(() => second.close());
  expect(outcomes.filter(({ kind }) => kind === 'created')).toHaveLength(5);
  const told = outcomes.filter((outcome) => outcome.kind === 'voucher_fell');
  expect(told).toHaveLength(25);
  expect(told.every((outcome) => outcome.refusal.kind === 'exhausted' && outcome.code === 'HEMAT')).toBe(true);
  expect(await usesOf(shop)).toBe(5);
  expect(await shop.database.db.query('SELECT id FROM orders WHERE total = 18000 AND discount = 2000')).toHaveLength(5);
});

test('ten taps of one customer are one order and one use; from two screens at once, the voucher is used once', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['b1', 'b2', 'b3'] });
  await voucher(shop, { maxUses: 5 });
  const { chat, person } = await shop.customer();
  await upToCart(shop, chat, PRODUCT);
  await useCode(shop, chat);
  await chat.tap('💳 Lanjut ke Pembayaran');
  const choice = await chat.waitFor('Pilih Metode Pembayaran');
  const taps = Array.from({ length: 10 }, () => chat.tapData('pay:via:0:18000', { force: true, messageId: choice.id }));
  await Promise.all(taps);
  await chat.waitFor(/Invoice tg\d+-\w+/, { since: 0 });
  expect(await shop.database.db.query('SELECT id FROM orders')).toHaveLength(1);
  expect(await usesOf(shop)).toBe(1);

  // Another process brings the cart and the code back between two taps: the open order refuses the second use.
  const second = await openRooms(shop);
  const { cart, orders } = second.modules;
  const [product] = await shop.database.db.query<{ id: number }>('SELECT id FROM products');
  const outcome = await second.db
    .tx(async (tx) => {
      await cart.put(tx, person.id, product!.id, 1);
      await tx.query('INSERT INTO cart_vouchers SELECT $1, id FROM vouchers', [person.id]);
      return orders.checkout(tx, person, 4242, { method: 'qris', total: 18_000 });
    })
    .finally(() => second.close());
  expect(outcome).toMatchObject({ kind: 'voucher_fell', refusal: { kind: 'in_open_order' } });
  expect(await usesOf(shop)).toBe(1);
});

test('an order that failed leaves a voucher that was put into the cart meanwhile where it is', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['b1'] });
  await voucher(shop);
  const other = await voucher(shop, { code: 'LAIN' });
  const { chat, person } = await shop.customer();
  await upToCart(shop, chat, PRODUCT);
  await useCode(shop, chat);
  await chat.tap('💳 Lanjut ke Pembayaran');
  await chat.waitFor('Pilih Metode Pembayaran');
  await chat.tap('💠 QRIS');
  await chat.waitFor(/Invoice tg\d+-\w+/, { since: 0 });
  const { db } = shop.database;
  await db.query('INSERT INTO cart_vouchers VALUES ($1, $2)', [person.id, other]);
  const second = await openRooms(shop);
  const [order] = await db.query<{ id: number }>('SELECT id FROM orders');
  await second.db.tx((tx) => second.modules.vouchers.restore(tx, order!.id)).finally(() => second.close());
  expect(await db.query('SELECT voucher_id FROM cart_vouchers')).toEqual([{ voucher_id: other }]);
});
