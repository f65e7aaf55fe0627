import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ChatClient, PersonClient } from '../../sandbox/client.ts';
import { openRooms } from '../support/modules.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';
import { inTurns, labelsOf } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
let person: PersonClient;
let name: string;
/** What this test buys: the store is everybody's. */
let product: { id: number; code: string; name: string; price: number };
let tests = 0;
beforeAll(async () => {
  shop = await startTestStore();
});
beforeEach(async () => {
  tests += 1;
  const shown = { code: `akun-${tests}`, name: 'Akun <A>', price: 20_000 };
  const id = await shop.product({ ...shown, terms: 'Jangan ganti sandi', contents: ['barang-1', 'barang-2'] });
  product = { ...shown, id };
  name = `Budi ke-${tests}`;
  ({ chat, person } = await shop.customer(name));
});
afterAll(() => shop.close());

const PATIENT = { timeout: 30_000 };

const { tap } = inTurns(() => ({ shop, chat }), 2000);

async function press(data: string) {
  shop.clock.advance(2000);
  await chat.tapData(data, { force: true });
}

async function openHistory(reply: RegExp | string = /halaman 1 dari/) {
  shop.clock.advance(2000);
  await chat.send('ℹ️ Informasi');
  await chat.waitFor('Informasi Akun');
  return tap('🧾 Riwayat Transaksi', reply);
}

/** An order of theirs whose goods have come, terms and all. */
async function bought(): Promise<{ id: number; ref: string }> {
  const ref = await buyUpToInvoice(chat, product);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('Jangan ganti sandi');
  const [row] = await shop.database.db.query<{ id: number }>('SELECT id FROM orders WHERE ref = $1', [ref]);
  return { id: row!.id, ref };
}

const holding = async (content: string) =>
  (await chat.messages()).filter((message) => message.text.includes(content)).length;
const delivery = async () =>
  (
    await shop.database.db.query<{ status: string }>(
      'SELECT d.status FROM deliveries d JOIN orders o ON o.id = d.order_id WHERE o.user_id = $1',
      [person.id],
    )
  )[0]?.status;

/** What the admin has read of an order and of who made it, the goods being there. */
async function toldAdmin(ref: string): Promise<number> {
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.waitFor(new RegExp(`${ref}[\\s\\S]*barang terkirim`), { since: 0 });
  return (await adminChat.messages()).filter(({ text }) => text.includes(ref) || text.includes(name)).length;
}

test('who has bought nothing is shown the way to the products', async () => {
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  const list = await openHistory('belum punya transaksi');
  expect(labelsOf(list)).toEqual(['⬅️ Informasi', '⬅️ Kembali ke Menu Utama']);
});

test('goods are sent once more as new messages; terms and notices are not repeated', async () => {
  const { ref } = await bought();
  const told = await toldAdmin(ref);
  const list = await openHistory();
  expect(list.text).toContain(ref);
  expect(list.text).toContain('1× Akun <A>');
  const detail = await tap('1', `Pesanan ${ref}`);
  expect(detail.text).toContain('Status: ✅ Selesai');
  expect(detail.text).toContain('1 × Akun <A> = Rp20.000');
  expect(detail.text).toMatch(/Dibuat: .+\nDibayar: .+\nDikirim: /);
  expect(labelsOf(detail)).toEqual(['📦 Kirim ulang', '⬅️ Riwayat Transaksi', '⬅️ Kembali ke Menu Utama']);
  // What was sent is forgotten after a while; the terms must not come again even then.
  await shop.database.db.query('DELETE FROM outbox');
  const again = await tap('📦 Kirim ulang', /Kirim Ulang[\s\S]*barang-1/);
  expect(again.id).toBeGreaterThan(detail.id);
  await expect.poll(delivery, PATIENT).toBe('delivered');
  expect(await holding('barang-1')).toBe(2);
  expect(await holding('Pembayaran Berhasil')).toBe(1);
  await tap('📦 Kirim ulang', /Kirim Ulang[\s\S]*barang-1/);
  await expect.poll(delivery, PATIENT).toBe('delivered');
  expect(await holding('Jangan ganti sandi')).toBe(1);
  expect(await toldAdmin(ref)).toBe(told);
  const sold = `SELECT id FROM stock_units WHERE status = 'sold' AND product_id = $1`;
  expect(await shop.database.db.query(sold, [product.id])).toHaveLength(1);
});

test('goods that came as a file are sent once more as a file', async () => {
  const large = { code: 'daftar', name: 'Daftar', price: 20_000 };
  await shop.product({ ...large, contents: [`AWAL-${'x'.repeat(9000)}`] });
  const ref = await buyUpToInvoice(chat, large);
  await shop.client.pakasir.pay(ref);
  await expect.poll(delivery, PATIENT).toBe('delivered');
  await openHistory();
  await tap('1', `Pesanan ${ref}`);
  const again = await tap('📦 Kirim ulang', 'Ini barang dari pesanan');
  expect(again.file?.name).toBe(`${ref}.txt`);
  expect((await chat.download(again)).toString('utf8')).toContain('AWAL-');
});

test('a second press while the goods are on their way says so, and they come once', async () => {
  const { id } = await bought();
  const held = await shop.client.faults.add({
    target: 'telegram',
    method: 'editMessageText',
    chatId: person.id,
    kind: 'hold_before',
  });
  await press(`his:again:${id}`);
  await held.waitHeld();
  await press(`his:again:${id}`);
  await chat.waitForToast('sedang dikirim, tunggu');
  await held.release();
  await chat.waitFor(/Kirim Ulang[\s\S]*barang-1/, { since: 0 });
  await expect.poll(delivery, PATIENT).toBe('delivered');
  expect(await holding('barang-1')).toBe(2);
});

test('two presses at once in two processes send once', async () => {
  const { id } = await bought();
  await expect.poll(delivery, PATIENT).toBe('delivered');
  const second = await openRooms(shop);
  const send = () => second.db.tx((tx) => second.modules.deliveries.resend(tx, id));
  const outcomes = await Promise.all([send(), send(), send()]);
  await second.close();
  expect(outcomes.filter(Boolean)).toHaveLength(1);
});

test('orders of others can be neither seen nor sent by data that is made up', async () => {
  const { id } = await bought();
  const thief = await shop.customer('Maling');
  await thief.chat.send('/start');
  await thief.chat.waitFor('Selamat datang');
  for (const data of [`his:open:${id}:0`, `his:again:${id}`, 'his:again:-1', 'his:open:999999999999999:0']) {
    shop.clock.advance(2000);
    await thief.chat.tapData(data, { force: true });
    expect((await thief.chat.waitForToast('tidak berlaku')).alert).toBe(true);
  }
  shop.clock.advance(2000);
  await thief.chat.tapData('his:list:999999999999999', { force: true });
  await thief.chat.waitFor('belum punya transaksi');
  expect((await thief.chat.messages()).some((message) => message.text.includes('barang-1'))).toBe(false);
  expect(await holding('barang-1')).toBe(1);
});

test('an open invoice can be asked about and cancelled from there, and nothing of it be sent', async () => {
  const ref = await buyUpToInvoice(chat, product);
  await openHistory();
  const detail = await tap('1', 'Menunggu pembayaran');
  expect(labelsOf(detail)).toEqual([
    '💳 Tampilkan Invoice',
    '🔗 Checkout URL',
    '🔄 Cek Status',
    '❌ Batalkan Pembelian',
    '⬅️ Riwayat Transaksi',
    '⬅️ Kembali ke Menu Utama',
  ]);
  const [row] = await shop.database.db.query<{ id: number }>('SELECT id FROM orders WHERE ref = $1', [ref]);
  await press(`his:again:${row!.id}`);
  await chat.waitForToast('tidak berlaku');
  await chat.tap('🔄 Cek Status', { messageId: detail.id });
  await chat.waitFor(`${ref} belum masuk`);
  await chat.tap('❌ Batalkan Pembelian', { messageId: detail.id });
  await chat.waitFor('dibatalkan');
  await openHistory('❌ Dibatalkan');
  const closed = await tap('1', 'Status: ❌ Dibatalkan');
  expect(labelsOf(closed)).toEqual(['⬅️ Riwayat Transaksi', '⬅️ Kembali ke Menu Utama']);
});

test('goods that wait because the customer had blocked the bot can be asked for', async () => {
  const ref = await buyUpToInvoice(chat, product);
  const away = await shop.client.faults.add({
    target: 'telegram',
    method: 'sendMessage',
    chatId: person.id,
    kind: '403',
    times: 'always',
  });
  await shop.client.pakasir.pay(ref);
  await expect.poll(delivery, PATIENT).toBe('blocked');
  await away.remove();
  // Blocked by an admin meanwhile: what is paid is theirs all the same.
  await shop.database.db.query('UPDATE users SET blocked_at = now() WHERE id = $1', [person.id]);
  await openHistory();
  await tap('1', 'barang menunggumu');
  await tap('📦 Kirim ulang', 'barang-1');
  await chat.waitFor('Jangan ganti sandi', { since: 0 });
  expect(await holding('barang-1')).toBe(1);
});

test('a customer who blocks the bot while goods are sent again can ask for them later, and no admin is bothered', async () => {
  const { id, ref } = await bought();
  const told = await toldAdmin(ref);
  const away = await shop.client.faults.add({
    target: 'telegram',
    method: 'sendMessage',
    chatId: person.id,
    kind: '403',
    times: 'always',
  });
  const unreachable = async () =>
    (await shop.database.db.query('SELECT id FROM users WHERE id = $1 AND bot_blocked_at IS NOT NULL', [person.id]))
      .length;
  await press(`his:again:${id}`);
  await expect.poll(unreachable, PATIENT).toBe(1);
  expect(await delivery()).toBe('delivered');
  await away.remove();
  await press(`his:again:${id}`);
  await chat.waitFor(/Kirim Ulang[\s\S]*barang-1/);
  expect(await toldAdmin(ref)).toBe(told);
});

test('many orders are paged, and the way back leads to the page that one came from', async () => {
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  await shop.database.db.query(
    `WITH made AS (
       INSERT INTO orders (ref, user_id, status, method, subtotal, total, checkout_message_id)
       SELECT 'tg-uji-' || n, $1, 'expired', 'qris', 1000 + n, 1000 + n, 1 FROM generate_series(1, 12) n RETURNING id)
     INSERT INTO order_lines SELECT made.id, p.id, repeat('Nama panjang <&> ', 60), 1000, 1 FROM made, products p WHERE p.id = $2`,
    [person.id, product.id],
  );
  expect((await openHistory('halaman 1 dari 3')).text).toContain('tg-uji-12');
  await tap('➡️', 'halaman 2 dari 3');
  await tap('➡️', 'halaman 3 dari 3');
  const last = await tap('2', 'tg-uji-1\n');
  expect(last.text).toContain('Total: Rp1.001');
  await tap('⬅️ Riwayat Transaksi', 'halaman 3 dari 3');
  await tap('⬅️', 'halaman 2 dari 3');
});
