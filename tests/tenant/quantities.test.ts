import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  ({ chat } = await shop.customer());
});
afterEach(() => shop.close());

const { answer, tap } = inTurns(() => ({ shop, chat }), 2000);
const contents = (count: number) => Array.from({ length: count }, (_, index) => `barang-${index}`);
const handled = async () => (await shop.database.db.query<{ n: number }>('SELECT count(*) AS n FROM updates'))[0]!.n;

/** Taps as a thumb does: without looking whether the screen has changed meanwhile. */
async function tapQuickly(label: string, times: number): Promise<void> {
  const before = await handled();
  const last = await chat.last();
  const data = last!.buttons.flat().find((button) => button.label === label)!.data!;
  for (let n = 0; n < times; n += 1) await chat.tapData(data, { force: true, messageId: last!.id });
  await expect.poll(handled).toBe(before + times);
}

const editsOf = async (messageId: number) =>
  (await chat.history()).filter((event) => event.kind === 'edited' && event.messageId === messageId).length;

test('six quick taps on ➕ are six pieces: no spam, and the screen is edited once for all that waited', async () => {
  await shop.product({ code: 'a', name: 'Akun', contents: contents(20) });
  const { id } = await answer('/start p_a', 'Jumlah: 1');
  shop.clock.advance(2000);
  const held = await shop.client.faults.add({
    target: 'telegram',
    method: 'editMessageText',
    chatId: chat.userId,
    kind: 'hold_before',
  });
  await tapQuickly('➕', 1);
  await held.waitHeld();
  await tapQuickly('➕', 5);
  await held.release();
  const seven = await chat.waitFor('Jumlah: 7', { since: 0 });
  expect(seven.id).toBe(id);
  await shop.leave();
  expect(await editsOf(id)).toBe(2);
  expect((await chat.messages()).some((message) => message.text.includes('spam'))).toBe(false);
});

test('taps are counted on after a restart, and never above the stock', async () => {
  await shop.product({ code: 'a', name: 'Akun', contents: contents(5) });
  await answer('/start p_a', 'Jumlah: 1');
  shop.clock.advance(2000);
  const { id } = (await chat.last())!;
  const stale = (await chat.last())!.buttons.flat().find((button) => button.label === '➕')!.data!;
  await tapQuickly('➕', 2);
  await chat.waitFor('Jumlah: 3', { since: 0 });
  await shop.restart();
  shop.clock.advance(2000);
  // The phone has not seen the edits yet.
  await chat.tapData(stale, { force: true, messageId: id });
  await chat.waitFor('Jumlah: 4');
  shop.clock.advance(2000);
  await tapQuickly('➕', 6);
  await chat.waitFor('Jumlah: 5', { since: 0 });
  const cart = await tap('🧺 Lanjut ke Keranjang', 'Keranjang Belanja');
  expect(cart.text).toContain('5 × Rp15.000');
});

test('a flood of a hundred taps is refused and reported', async () => {
  await shop.product({ code: 'a', name: 'Akun', contents: contents(120) });
  await answer('/start p_a', 'Jumlah: 1');
  shop.clock.advance(2000);
  await tapQuickly('➕', 100);
  await chat.waitFor('🚫 Jangan spam ya', { since: 0 });
  await chat.waitFor('Jumlah: 60', { since: 0 });
});

test('a number that is typed on a product is its quantity, and elsewhere the number of a product', async () => {
  await shop.product({ code: 'a', name: 'Akun', price: 1500, contents: contents(6) });
  await shop.product({ code: 'b', name: 'Buku', contents: contents(2) });
  await answer('2', 'Buku');
  await answer('/start p_a', 'Jumlah: 1');
  const four = await answer('4', 'Jumlah: 4');
  expect(four.text).toContain('Akun');
  expect(four.text).toContain('Total: Rp6.000');
  // Six are there: more than that cannot be had, and it says how many can.
  await answer('25', 'Stoknya tinggal 6, jadi maksimal 6 ya');
  await chat.waitFor('Jumlah: 6');
  await answer('0', 'Minimal beli 1 ya');
  await answer('🛍 Semua Produk', 'halaman 1 dari 1');
  expect((await answer('2', 'Buku')).text).toContain('Jumlah: 1');
});

test('what is typed after the cart is the number of a product again', async () => {
  await shop.product({ code: 'a', name: 'Akun', contents: contents(6) });
  await shop.product({ code: 'b', name: 'Buku', contents: contents(2) });
  await answer('/start p_a', 'Jumlah: 1');
  await tap('🧺 Lanjut ke Keranjang', 'Keranjang Belanja');
  await answer('2', 'Buku');
});
