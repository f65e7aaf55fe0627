import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import {
  parsePerCustomer,
  parseTiers,
  tiersInUse,
  unitPriceOf,
} from '../../tenant-runtime/modules/shop/catalog/index.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

const quantities = fc.uniqueArray(fc.integer({ min: 2, max: 1000 }), { minLength: 1, maxLength: 10 });
const prices = fc.uniqueArray(fc.integer({ min: 1, max: 99_999 }), { minLength: 10, maxLength: 10 });

describe('prices by quantity', () => {
  test('whatever order the lines come in, they are read as they were meant', () => {
    fc.assert(
      fc.property(quantities, prices, fc.boolean(), (some, costs, dotted) => {
        const falling = costs.toSorted((a, b) => b - a);
        const tiers = some.toSorted((a, b) => a - b).map((from, index) => ({ from, price: falling[index] as number }));
        const write = (price: number) => (dotted ? `Rp${price.toLocaleString('id-ID')}` : String(price));
        const typed = some.map((from) => `${from} = ${write(tiers.find((tier) => tier.from === from)!.price)}`);
        expect(parseTiers(typed.join('\n'), 100_000)).toEqual({ ok: true, tiers });
      }),
    );
  });

  test('whoever takes more never pays more for one, and no tier makes anything dearer than its plain price', () => {
    const anyTiers = fc.array(
      fc.record({ from: fc.integer({ min: 2, max: 50 }), price: fc.integer({ min: 1, max: 50_000 }) }),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50_000 }),
        anyTiers,
        fc.integer({ min: 1, max: 60 }),
        (price, tiers, many) => {
          const of = { price, tiers: tiers.toSorted((a, b) => a.from - b.from) };
          expect(unitPriceOf(of, many)).toBeLessThanOrEqual(unitPriceOf(of, Math.max(1, many - 1)));
          expect(unitPriceOf(of, 1)).toBe(price);
          expect(unitPriceOf({ price, tiers: tiersInUse(of) }, many)).toBe(unitPriceOf(of, many));
        },
      ),
    );
  });

  test.each([
    ['lima = 14000', 'shape'],
    ['5 14000', 'shape'],
    ['5 = murah', 'price'],
    ['0 = 14000', 'quantity'],
    ['1 = 14000', 'quantity'],
    ['1001 = 14000', 'quantity'],
    ['5 = 14000\n5 = 13000', 'repeated'],
    ['5 = 15000', 'not_cheaper'],
    ['5 = 14000\n10 = 14000', 'not_cheaper'],
    ['', 'empty'],
    [Array.from({ length: 11 }, (_, index) => `${index + 2} = ${14_000 - index}`).join('\n'), 'too_many'],
  ])('%j is refused: %s', (typed, kind) => {
    expect(parseTiers(typed, 15_000)).toMatchObject({ ok: false, problem: { kind } });
  });

  test('a limit is a number, or none', () => {
    expect([parsePerCustomer('2'), parsePerCustomer(' - '), parsePerCustomer('0')]).toEqual([
      { value: 2 },
      { value: null },
      { value: null },
    ]);
    for (const typed of ['dua', '-1', '1001', '1,5', '']) expect(parsePerCustomer(typed)).toBeUndefined();
  });
});

describe('in the shop', () => {
  let shop: TestStore;
  let chat: ChatClient;
  let id: number;
  beforeEach(async () => {
    shop = await startTestStore();
    chat = shop.admin.chatWith(shop.bot);
    id = await shop.product({
      code: 'nf',
      name: 'Netflix',
      price: 15_000,
      contents: Array.from({ length: 30 }, (_, index) => `akun-${index}`),
    });
    await answer('/admin', 'Admin Settings');
  });
  afterEach(() => shop.close());
  const { answer, tap, tapData } = inTurns(() => ({ shop, chat }));
  const query = <R>(text: string) => shop.database.db.query<R>(text);

  async function setTiers(typed: string): Promise<void> {
    await tapData(`prd:tiers:${id}`, 'Harga satuan sekarang');
    await answer(typed, 'Perubahan tersimpan');
  }

  /** A customer who stands before the product and taps, as unhurried as people are. */
  async function visitor(name?: string) {
    const { chat: own, person } = await shop.customer(name);
    const turns = inTurns(() => ({ shop, chat: own }), 3000);
    return { own, person, ...turns };
  }

  test('the seller sets prices by quantity; they are seen on the product, in the cart and in the order', async () => {
    await tapData(`prd:product:${id}`, 'Netflix');
    await tap('🔻 Harga Grosir', 'Harga satuan sekarang: Rp15.000');
    await answer('5 = 16000', 'harus lebih murah');
    const set = await answer('10 = Rp12.000\n5 = 14.000', 'Perubahan tersimpan');
    expect(set.text).toMatch(/5 ke atas: Rp14\.000\s+🔻 10 ke atas: Rp12\.000/);

    const customer = await visitor();
    const seen = await customer.answer('/start p_nf', 'Jumlah: 1');
    expect(seen.text).toContain('Beli 5 ke atas: Rp14.000');
    expect(seen.text).toContain('Total: Rp15.000');
    await customer.tap('🖐️ x5', /Jumlah: 5 × Rp14\.000\s+🧾 Total: Rp70\.000/);
    await customer.tap('🔟 x10', 'Total: Rp120.000');
    await customer.tap('🧺 Lanjut ke Keranjang', '10 × Rp12.000 = Rp120.000');
    await customer.tap('💳 Lanjut ke Pembayaran', 'Total: Rp120.000');
    await customer.tap('💠 QRIS', /Invoice tg\d+-\w+[\s\S]*10 × Netflix = Rp120\.000/);
    expect(await query('SELECT unit_price, quantity FROM order_lines')).toEqual([{ unit_price: 12_000, quantity: 10 }]);
    expect(await query('SELECT subtotal, total FROM orders')).toEqual([{ subtotal: 120_000, total: 120_000 }]);
    const audit = await query<{ after: object }>("SELECT after FROM audit_log WHERE action = 'product.changed'");
    expect(audit).toEqual([
      {
        after: {
          tiers: [
            { from: 5, price: 14_000 },
            { from: 10, price: 12_000 },
          ],
        },
      },
    ]);
  });

  test('a cart that the stock has made smaller is priced by what is left', async () => {
    await setTiers('5 = 10000');
    const customer = await visitor();
    await customer.answer('/start p_nf', 'Jumlah: 1');
    await customer.tap('🖐️ x5', 'Total: Rp50.000');
    await customer.tap('🧺 Lanjut ke Keranjang', 'Total: Rp50.000');
    await query("UPDATE stock_units SET status = 'removed' WHERE id > 3");
    await customer.tapData('cart:view', /3 × Rp15\.000 = Rp45\.000[\s\S]*tinggal 3/);
  });

  test('prices by quantity and the limit come back with a restored configuration', async () => {
    await setTiers('5 = 14000');
    await tapData(`prd:limit:${id}`, 'tanpa batas');
    await answer('banyak', 'Kirim angka');
    await answer('7', 'Batas per pelanggan: 7');
    await tapData('cfg:make', 'Salinan');
    const [{ id: snapshot } = { id: 0 }] = await query<{ id: number }>(
      "SELECT id FROM configuration_snapshots WHERE kind = 'manual'",
    );
    await setTiers('-');
    await tapData(`prd:limit:${id}`, 'maksimal 7');
    await answer('-', 'Perubahan tersimpan');
    await tapData(`cfg:restored:${snapshot}`, 'sudah dipulihkan');
    expect(await query('SELECT tiers, per_customer FROM products')).toEqual([
      { tiers: [{ from: 5, price: 14_000 }], per_customer: 7 },
    ]);
  });

  test('a limit per customer is told, and holds over all orders that were not cancelled', async () => {
    await tapData(`prd:limit:${id}`, 'tanpa batas');
    await answer('2', 'Batas per pelanggan: 2');
    const customer = await visitor();
    expect((await customer.answer('/start p_nf', 'Jumlah: 1')).text).toContain('Maksimal 2 per pelanggan');
    await customer.tap('🖐️ x5', 'Jumlah: 2');
    expect((await customer.own.waitForToast()).text).toContain('masih bisa mengambil 2');
    await customer.tapData(`cart:add:${id}:5`, /2 × Rp15\.000 = Rp30\.000 · 👤 maks\. 2[\s\S]*disesuaikan|menjadi 2/);
    await customer.tap('💳 Lanjut ke Pembayaran', 'Pilih Metode');
    await customer.tap('💠 QRIS', /Invoice tg\d+-\w+[\s\S]*Bayar sebelum/);
    // What awaits its payment counts; what is cancelled does not.
    expect((await customer.answer('/start p_nf', 'sebanyak batas')).text).toContain('kamu sudah mengambil 2');
    await customer.tapData(`cart:add:${id}:1`, 'sebanyak batas per pelanggan');
    const order = () => query<{ id: number }>("SELECT id FROM orders WHERE status = 'awaiting_payment'");
    await customer.tapData(`pay:cancel:${(await order())[0]!.id}`, 'dibatalkan');
    await customer.answer('/start p_nf', 'Jumlah: 1');
    // Another customer has a limit of their own.
    const other = await visitor('Ani');
    await other.answer('/start p_nf', 'Jumlah: 1');
  });

  test('two payments of one cart at once, and money that comes late, never bring more than the limit', async () => {
    await query(`UPDATE products SET per_customer = 1 WHERE id = ${id}`);
    const customer = await visitor();
    await customer.answer('/start p_nf', 'Jumlah: 1');
    await customer.tapData(`cart:add:${id}:1`, 'Keranjang');
    await customer.tap('💳 Lanjut ke Pembayaran', 'Pilih Metode');
    const first = await customer.tap('💠 QRIS', /Invoice tg\d+-\w+[\s\S]*Bayar sebelum/);
    const late = /tg\d+-\w+/.exec(first.text)![0];
    await query("UPDATE orders SET status = 'expired', closed_reason = 'expired'");
    await query("UPDATE stock_units SET status = 'available', order_id = NULL WHERE status = 'reserved'");
    await query(`INSERT INTO wallets VALUES (${customer.person.id}, 100000)`);
    await query(
      `INSERT INTO ledger_entries (user_id, amount, kind, source, note) VALUES (${customer.person.id}, 100000, 'adjustment', 'x', 'x')`,
    );
    await customer.answer('/start p_nf', 'Jumlah: 1');
    await customer.tapData(`cart:add:${id}:1`, 'Keranjang');
    await customer.tap('💳 Lanjut ke Pembayaran', 'Pilih Metode');
    await customer.tap('💼 Saldo', 'Dibayar dengan Saldo');
    await shop.client.pakasir.pay(late);
    await customer.own.waitFor('sebanyak batas per pelanggan', { since: 0 });
    await chat.waitFor('pembelinya sudah punya sebanyak batas', { since: 0 });
    expect(await query("SELECT count(*)::int AS n FROM stock_units WHERE status = 'sold'")).toEqual([{ n: 1 }]);
    expect(await query(`SELECT status, closed_reason FROM orders WHERE ref = '${late}'`)).toEqual([
      { status: 'credited', closed_reason: 'over_limit' },
    ]);
    expect(await query('SELECT balance FROM wallets')).toEqual([{ balance: 100_000 }]);
  });
});
