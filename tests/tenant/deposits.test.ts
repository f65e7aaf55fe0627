import { afterEach, expect, test } from 'vitest';
import { balanceOf, depositUpToInvoice, unbalanced } from '../support/deposits.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { labelsOf } from '../support/turns.ts';

let shop: TestStore;
afterEach(async () => {
  expect(await unbalanced(shop)).toEqual([]);
  await shop.close();
});

const HOUR = 3_600_000;

const deposits = () =>
  shop.database.db.query<{ id: number; status: string; settled_by: string | null }>('SELECT * FROM deposits');

async function customer(name?: string) {
  const made = await shop.customer(name);
  await made.chat.send('/start');
  await made.chat.waitFor('Selamat datang');
  return made;
}

test('a deposit by QRIS is credited, its invoice becomes a receipt, and everybody is told', async () => {
  shop = await startTestStore();
  const { chat, person } = await customer('Budi <b>');
  const ref = await depositUpToInvoice(chat);
  const invoice = await chat.waitFor(ref);
  expect(invoice.text).toContain('Deposit saldo Rp50.000');
  expect(invoice.text).toContain('Biaya Layanan');
  expect(labelsOf(invoice)).toEqual([
    '📋 Salin Invoice',
    '📋 Salin Total',
    '🔗 Checkout URL',
    '🔄 Cek Status',
    '❌ Batalkan',
  ]);
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.waitFor(/⏳ Deposit dp[\s\S]*Rp50\.000[\s\S]*Menunggu pembayaran/, { since: 0 });
  await shop.client.pakasir.pay(ref);
  await chat.waitFor(/Deposit Rp50\.000 sudah masuk[\s\S]*Rp50\.000/);
  await chat.waitFor(/LUNAS/, { since: 0 });
  await adminChat.waitFor(/✅ Deposit dp[\s\S]*Masuk/, { since: 0 });
  await shop.owner.chatWith(shop.bot).waitFor(/Deposit dp\S+ masuk, Rp50\.000 lewat QRIS/, { since: 0 });
  expect(await balanceOf(shop, person.id)).toBe(50_000);
  const [payment] = await shop.database.db.query<{ id: number }>('SELECT id, order_id FROM payments');
  expect(payment).toMatchObject({ order_id: null });
  expect(await shop.database.db.query('SELECT kind, amount, source FROM ledger_entries')).toEqual([
    { kind: 'deposit', amount: 50_000, source: `payment:${payment!.id}` },
  ]);
  shop.clock.advance(5000);
  await chat.send('💰 Deposit');
  await chat.waitFor('Saldo kamu sekarang: Rp50.000');
  await chat.tap('🧾 Riwayat Saldo');
  await chat.waitFor(/\+Rp50\.000/);
});

test('a typed amount is asked again with the reason until it is one, and agreed to before the invoice', async () => {
  shop = await startTestStore();
  const { chat } = await customer();
  await chat.send('💰 Deposit');
  await chat.waitFor('Deposit Saldo');
  await chat.tap('💠 QRIS');
  await chat.waitFor('Pilih nominalnya');
  for (const [typed, reason] of [
    ['banyak 🤑', 'bukan nominal'],
    ['9.999', 'paling sedikit Rp10.000'],
    ['10.000.001', 'paling banyak Rp10.000.000'],
    ['50.000,50', 'tanpa sen'],
    ["1; DROP TABLE wallets; --<b>'", 'bukan nominal'],
    ['9'.repeat(4000), 'paling banyak'],
  ] as const) {
    shop.clock.advance(3000);
    await chat.send(typed);
    expect((await chat.waitFor(reason)).text).toContain('Pilih nominalnya');
  }
  shop.clock.advance(3000);
  await chat.sendPhoto({ bytes: PIXEL });
  await chat.waitFor('dalam bentuk teks');
  await chat.send('Rp75.000');
  await chat.waitFor('Deposit Rp75.000 lewat QRIS. Lanjut?');
  await chat.tap('💠 Bayar Rp75.000');
  await chat.waitFor(/Invoice dp[\s\S]*Rp75\.000/);
  shop.clock.advance(5000);
  // The button of another message: that of the invoice has made its deposit.
  await chat.send('💰 Deposit');
  await chat.waitFor('Deposit Saldo');
  await chat.tapData('dep:pay:0:1', { force: true });
  await chat.waitForToast('Rp10.000 sampai Rp10.000.000');
});

test('a double tap makes one deposit; the fourth open one, and one too many of late, are refused', async () => {
  shop = await startTestStore();
  const { chat, person } = await customer();
  await chat.send('💰 Deposit');
  await chat.waitFor('Deposit Saldo');
  await chat.tap('💠 QRIS');
  await chat.waitFor('Pilih nominalnya');
  await Promise.all([chat.tap('10.000'), chat.tap('10.000')]);
  await chat.waitFor(/Invoice dp/);
  expect(await deposits()).toHaveLength(1);
  for (const amount of ['25.000', '50.000']) {
    shop.clock.advance(5000);
    await depositUpToInvoice(chat, amount);
  }
  shop.clock.advance(5000);
  // The button of another message: that of the invoice has made its deposit.
  await chat.send('💰 Deposit');
  await chat.waitFor('Deposit Saldo');
  await chat.tapData('dep:pay:0:100000', { force: true });
  await chat.waitForToast('masih punya 3 deposit');
  await shop.database.db.query(`UPDATE deposits SET status = 'cancelled'`);
  await shop.database.db.query(
    `INSERT INTO deposits (ref, user_id, method, amount, status, message_id)
     SELECT 'dp1-' || n, $1, 'qris', 10000, 'cancelled', 1 FROM generate_series(1, 10) n`,
    [person.id],
  );
  shop.clock.advance(5000);
  await chat.tapData('dep:pay:0:100000', { force: true });
  await chat.waitForToast('banyak deposit');
});

test('whoever is blocked cannot deposit', async () => {
  shop = await startTestStore();
  const { chat, person } = await customer();
  await shop.database.db.query('UPDATE users SET blocked_at = now() WHERE id = $1', [person.id]);
  await chat.tapData('dep:pay:0:100000', { force: true });
  await chat.waitForToast('belum bisa deposit');
  await chat.tapData('dep:report', { force: true });
  await chat.waitForToast('belum bisa deposit');
  expect(await deposits()).toHaveLength(0);
});

test('a gateway that refuses ends the deposit at once, and the customer is told', async () => {
  shop = await startTestStore();
  const { chat } = await customer();
  await shop.client.faults.add({ target: 'pakasir', method: 'create', kind: '400', times: 'always' });
  await chat.send('💰 Deposit');
  await chat.waitFor('Deposit Saldo');
  await chat.tap('💠 QRIS');
  await chat.waitFor('Pilih nominalnya');
  await chat.tap('10.000');
  await chat.waitFor('layanan pembayaran sedang terganggu');
  expect((await deposits())[0]?.status).toBe('cancelled');
  await shop.admin.chatWith(shop.bot).waitFor(/❌ Deposit dp/, { since: 0 });
});

test('a deposit that is paid after its time is credited all the same, once, and staff are told', async () => {
  shop = await startTestStore();
  const { chat, person } = await customer();
  const ref = await depositUpToInvoice(chat);
  shop.clock.advance(2 * HOUR);
  await shop.store.reconcile();
  await chat.waitFor('belum dibayar sampai batas waktunya');
  expect((await deposits())[0]?.status).toBe('expired');
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('masuk setelah deposit ini ditutup');
  await shop.client.pakasir.notify(ref);
  await shop.client.pakasir.notify(ref);
  expect(await balanceOf(shop, person.id)).toBe(50_000);
  await shop.admin.chatWith(shop.bot).waitFor('dibayar setelah ditutup', { since: 0 });
  await shop.owner.chatWith(shop.bot).waitFor('dibayar setelah ditutup', { since: 0 });
});

test('a cancelled deposit is cancelled at the gateway; its buttons then say that it is closed', async () => {
  shop = await startTestStore();
  const { chat, person } = await customer();
  const ref = await depositUpToInvoice(chat);
  const invoice = await chat.waitFor(ref, { since: 0 });
  const [deposit] = await deposits();
  const { chat: stranger } = await customer('Orang Lain');
  await stranger.tapData(`pay:dep:cancel:${deposit!.id}`, { force: true });
  await stranger.waitForToast('tidak berlaku');
  await chat.tap('❌ Batalkan');
  await chat.waitFor('dibatalkan');
  await chat.waitForDeleted(invoice.id);
  await shop.client.pakasir.waitForStatus(ref, 'canceled');
  await chat.tapData(`pay:dep:cancel:${deposit!.id}`, { force: true });
  await chat.waitForToast('sudah ditutup');
  await chat.tapData(`pay:dep:status:${deposit!.id}`, { force: true });
  await chat.waitForToast('sudah ditutup');
  expect(await balanceOf(shop, person.id)).toBe(0);
});

test('a customer who cannot be reached is asked for no money', async () => {
  shop = await startTestStore();
  const { chat } = await customer();
  const held = await shop.client.faults.add({ target: 'pakasir', method: 'create', kind: 'hold_before' });
  await chat.tapData('dep:pay:0:10000', { force: true });
  await held.waitHeld();
  await chat.block();
  await held.release();
  await shop.admin.chatWith(shop.bot).waitFor(/❌ Deposit dp/, { since: 0 });
  expect((await deposits())[0]?.status).toBe('cancelled');
});

test('an owner who asked for a digest reads of deposits there, and only there', async () => {
  shop = await startTestStore({ env: { OWNER_NOTIFY_TRANSACTIONS: 'digest' } });
  const { chat } = await customer();
  const ref = await depositUpToInvoice(chat);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('sudah masuk');
  shop.clock.advance(86_400_000);
  await shop.restart();
  const owner = shop.owner.chatWith(shop.bot);
  await owner.waitFor('Deposit masuk: 1 · Rp50.000', { since: 0 });
  expect((await owner.messages()).filter(({ text }) => text.includes(ref))).toEqual([]);
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
