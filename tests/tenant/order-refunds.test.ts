import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { balanceOf, unbalanced } from '../support/deposits.ts';
import { openRooms } from '../support/modules.ts';
import { buy, misbooked, orderOf } from '../support/orders.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

let shop: TestStore;
let adminChat: ChatClient;
let chat: ChatClient;
let userId: number;
beforeEach(async () => {
  shop = await startTestStore();
  adminChat = shop.admin.chatWith(shop.bot);
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2', 'barang-3'] });
  const customer = await shop.customer();
  chat = customer.chat;
  userId = customer.person.id;
});
afterEach(async () => {
  expect(await misbooked(shop)).toEqual([]);
  expect(await unbalanced(shop)).toEqual([]);
  await shop.close();
});

const { answer, tap } = inTurns(() => ({ shop, chat: adminChat }), 5000);

async function openOrder(ref: string) {
  shop.clock.advance(5000);
  await adminChat.tapData(`ord:open:${(await orderOf(shop, ref)).id}`, { force: true });
  return adminChat.waitFor(`🧾 Order ${ref}`);
}

const refunds = () => shop.database.db.query(`SELECT id FROM ledger_entries WHERE kind = 'refund'`);

test('part of an order and then the rest go back, each told to everybody, and no more than was paid', async () => {
  const ref = await buy(shop, chat, PRODUCT);
  await openOrder(ref);
  await tap('💸 Refund ke Saldo', 'Langkah 1/3');
  for (const [typed, reason] of [
    ['gratis', 'bukan nominal'],
    ['15,50', 'tanpa sen'],
    ['0', 'paling kecil Rp1'],
    ['20001', 'Yang bisa dikembalikan Rp20.000'],
    ['9'.repeat(400), 'Yang bisa dikembalikan Rp20.000'],
  ] as const) {
    expect((await answer(typed, reason)).text).toContain('Langkah 1/3');
  }
  await adminChat.sendDocument({ bytes: '5000' });
  await adminChat.waitFor('bukan nominal');
  await answer('Rp5.000', 'Langkah 2/3');
  await shop.restart();
  for (const typed of ['a', 'x'.repeat(301)]) {
    expect((await answer(typed, 'Alasannya harus')).text).toContain('Langkah 2/3');
  }
  await answer('garansi <7 hari>', 'Langkah 3/3');
  expect((await answer('ya', 'Tekan salah satu tombol')).text).toContain('Alasan: garansi <7 hari>');
  const done = await tap('💸 Ya, Refund Rp5.000', 'sudah masuk ke saldo pembeli');
  expect(done.text).toContain('Refund ke saldo: Rp5.000 (garansi <7 hari>)');
  await chat.waitFor(/Rp5\.000 dari pesanan tg\S+ kami kembalikan ke saldomu\.\s+Alasan: garansi <7 hari>/, {
    since: 0,
  });
  await adminChat.waitFor(/Refund tg\S+: Rp5\.000 ke saldo pembeli \(sudah kembali Rp5\.000 dari Rp20\.000\)/, {
    since: 0,
  });
  await shop.owner.chatWith(shop.bot).waitFor(/Refund tg\S+: Rp5\.000/, { since: 0 });
  await adminChat.waitFor(/✅ Order tg[\s\S]*Refund ke saldo: Rp5\.000/, { since: 0 });
  expect(await balanceOf(shop, userId)).toBe(5000);

  await openOrder(ref);
  await tap('💸 Refund ke Saldo', 'Bisa dikembalikan: Rp15.000');
  await tap('💸 Semua (Rp15.000)', 'Langkah 2/3');
  await answer('akun mati', 'Langkah 3/3');
  const all = await tap('💸 Ya, Refund Rp15.000', 'sudah masuk ke saldo pembeli');
  expect(all.buttons.flat().map((button) => button.label)).not.toContain('💸 Refund ke Saldo');
  expect(await balanceOf(shop, userId)).toBe(20_000);
  expect(await orderOf(shop, ref)).toMatchObject({ status: 'delivered', refunded: 20_000 });
  const { id } = await orderOf(shop, ref);
  await adminChat.tapData(`ord:refund:${id}`, { force: true });
  await adminChat.waitForToast('sudah kembali seluruhnya');
  await adminChat.tapData('wz:ord:refunded', { force: true });
  await adminChat.waitForToast('tidak berlaku');
  const audit = await shop.database.db.query(`SELECT before, after FROM audit_log ORDER BY id`);
  expect(audit).toEqual([
    { before: { refunded: 0 }, after: { refunded: 5000, amount: 5000, reason: 'garansi <7 hari>' } },
    { before: { refunded: 5000 }, after: { refunded: 20_000, amount: 15_000, reason: 'akun mati' } },
  ]);
});

test('what was never paid, or became balance already, is not refunded', async () => {
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const { id } = await orderOf(shop, ref);
  for (const [status, reason] of [
    ['awaiting_payment', 'belum dibayar'],
    ['expired', 'kedaluwarsa tanpa dibayar'],
    ['cancelled', 'dibatalkan tanpa dibayar'],
    ['credited', 'sudah masuk saldo'],
  ]) {
    await shop.database.db.query('UPDATE orders SET status = $2 WHERE id = $1', [id, status]);
    shop.clock.advance(5000);
    await adminChat.tapData(`ord:refund:${id}`, { force: true });
    await adminChat.waitForToast(reason);
  }
  expect(await refunds()).toEqual([]);
});

test('a double tap refunds once; two admins who confirm at once refund once', async () => {
  const second = await shop.client.createUser({ firstName: 'Rina' });
  shop.env.TELEGRAM_ADMIN_IDS = `${shop.admin.id},${second.id}`;
  await shop.restart();
  const ref = await buy(shop, chat, PRODUCT);
  const { id } = await orderOf(shop, ref);
  const adminChats = [adminChat, second.chatWith(shop.bot)];
  const asked: number[] = [];
  for (const each of adminChats) {
    await each.send('/start');
    await each.waitFor('Selamat datang');
    await each.tapData(`ord:refund:${id}`, { force: true });
    await each.waitFor('Langkah 1/3');
    await each.send('5000');
    await each.waitFor('Langkah 2/3');
    shop.clock.advance(5000);
    await each.send('garansi');
    asked.push((await each.waitFor('Langkah 3/3')).id);
  }
  await Promise.all(
    adminChats.flatMap((each, index) =>
      [1, 2].map(() => each.tapData('wz:ord:refunded', { force: true, messageId: asked[index]! })),
    ),
  );
  const told = await Promise.all(
    adminChats.map((each) => each.waitFor(/sudah masuk ke saldo pembeli|refund lain/, { since: 0 })),
  );
  expect(told.filter(({ text }) => text.includes('refund lain'))).toHaveLength(1);
  expect(await refunds()).toHaveLength(1);
  expect(await balanceOf(shop, userId)).toBe(5000);
});

test('two admins at one order: paid, cancelled and refunded at once, again and again, the books hold', async () => {
  const modules = await openRooms(shop, 12);
  const { payments, refunds: refunding } = modules.modules;
  try {
    for (let round = 0; round < 3; round += 1) {
      const buyer = await shop.customer();
      const ref = await buyUpToInvoice(buyer.chat, PRODUCT);
      const { id } = await orderOf(shop, ref);
      const paid = () => modules.db.tx((tx) => payments.markPaid(tx, id, shop.admin.id, 'tunai'));
      const cancelled = () => modules.db.tx((tx) => payments.cancel(tx, { kind: 'order', id }, 'by_admin'));
      const back = () => modules.db.tx((tx) => refunding.give(tx, id, { amount: 20_000, seen: 0, reason: 'garansi' }));
      await Promise.all([cancelled(), paid(), back(), cancelled(), paid(), back(), cancelled(), paid(), back()]);
      await paid();
      await Promise.all([back(), back()]);
      const order = await orderOf(shop, ref);
      expect(['paid', 'delivered']).toContain(order.status);
      expect(order.refunded).toBe(20_000);
      expect(await balanceOf(shop, buyer.person.id)).toBe(20_000);
    }
  } finally {
    await modules.close();
  }
  expect(await refunds()).toHaveLength(3);
  const units = await shop.database.db.query<{ status: string }>('SELECT status FROM stock_units');
  expect(units.every(({ status }) => status === 'sold')).toBe(true);
});

test('the books themselves refuse more than is left, and money of an order that was never paid', async () => {
  const ref = await buy(shop, chat, PRODUCT);
  const { id } = await orderOf(shop, ref);
  const second = await openRooms(shop);
  const give = (orderId: number, amount: number, seen: number) =>
    second.db.tx((tx) => second.modules.refunds.give(tx, orderId, { amount, seen, reason: 'tes' }));
  try {
    expect(await give(id, 20_001, 0)).toMatchObject({ kind: 'not_refundable' });
    expect(await give(id, 15_000, 0)).toMatchObject({ kind: 'refunded' });
    expect(await give(id, 5001, 15_000)).toMatchObject({ kind: 'not_refundable' });
    expect(await give(id, 0, 15_000)).toMatchObject({ kind: 'not_refundable' });
    expect(await give(id, 5000, 15_000)).toMatchObject({ kind: 'refunded' });
    shop.clock.advance(5000);
    const unpaid = await orderOf(shop, await buyUpToInvoice(chat, PRODUCT));
    for (const status of ['awaiting_payment', 'cancelled', 'expired', 'credited']) {
      await shop.database.db.query('UPDATE orders SET status = $2 WHERE id = $1', [unpaid.id, status]);
      expect(await give(unpaid.id, 1, 0)).toMatchObject({ kind: 'not_refundable' });
    }
  } finally {
    await second.close();
  }
  expect(await balanceOf(shop, userId)).toBe(20_000);
});
