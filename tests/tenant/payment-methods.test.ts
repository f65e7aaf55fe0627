import { afterEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { balanceOf } from '../support/deposits.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

const labelsOf = (message: { buttons: readonly (readonly { label: string }[])[] }) =>
  message.buttons.flat().map(({ label }) => label);

/** The seller switches ways to pay on or off. */
async function toggle(...labels: string[]): Promise<ChatClient> {
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  await adminChat.tap('💳 Metode Pembayaran');
  for (const label of labels) {
    await adminChat.waitFor('Metode Pembayaran');
    await adminChat.tap(label);
    await adminChat.waitForToast(/ditawarkan/);
  }
  return adminChat;
}

async function upToChoice(chat: ChatClient, price: number) {
  const code = `P${price}`;
  await shop.product({ code, name: `Paket ${price}`, price, contents: [`barang-${price}`] });
  await chat.send(`/start p_${code}`);
  await chat.waitFor('📊 Stok');
  await chat.tap('🧺 Lanjut ke Keranjang');
  const cart = await chat.waitFor('Keranjang Belanja');
  await chat.tap('💳 Lanjut ke Pembayaran');
  return { cart, choice: await chat.waitFor('Pilih Metode') };
}

test('a bank that the seller switched on is chosen from a list, and its number has a copy button', async () => {
  shop = await startTestStore();
  await toggle('▫️ BRI Virtual Account', '▫️ Permata Virtual Account');
  await shop.owner.chatWith(shop.bot).waitFor('Metode pembayaran BRI Virtual Account dinyalakan', { since: 0 });
  const [audit] = await shop.database.db.query<{ action: string }>('SELECT action FROM audit_log ORDER BY id LIMIT 1');
  expect(audit?.action).toBe('payment_methods.changed');

  const { chat } = await shop.customer();
  const { choice } = await upToChoice(chat, 25_000);
  expect(labelsOf(choice)).toContain('💠 QRIS');
  await chat.tap('🏦 Transfer Bank (Virtual Account)');
  const banks = await chat.waitFor('Pilih bank tujuannya');
  expect(labelsOf(banks)).toEqual(['🏦 BRI Virtual Account', '🏦 Permata Virtual Account', '⬅️ Cara Bayar Lain']);
  await chat.tap('🏦 Permata Virtual Account');
  const invoice = await chat.waitFor(/Invoice tg\d+-\w+[\s\S]*Bayar sebelum/);
  const ref = /tg\d+-\w+/.exec(invoice.text)![0];
  const { vaNumber, method } = await shop.client.pakasir.transaction(ref);
  expect(method).toBe('permata_va');
  expect(invoice.text).toContain(`Permata Virtual Account\nNomor: ${vaNumber}`);
  expect(invoice.text).toContain('Total: Rp28.500');
  const copies = (invoice.raw.reply_markup?.inline_keyboard ?? [])
    .flat()
    .flatMap((button) => ('copy_text' in button ? [(button.copy_text as { text: string }).text] : []));
  expect(copies).toEqual([vaNumber, ref, '28500']);

  await shop.client.pakasir.pay(ref);
  expect((await chat.waitFor('LUNAS', { messageId: invoice.id })).buttons).toEqual([]);
  await chat.waitFor('barang-25000', { since: 0 });
  await shop.admin.chatWith(shop.bot).waitFor(/Permata Virtual Account · Rp25\.000/, { since: 0 });
});

test("the gateway's page is a button to it, and a deposit can be made there too", async () => {
  shop = await startTestStore();
  await toggle('▫️ Halaman Pembayaran', '✅ QRIS');
  const { chat, person } = await shop.customer();
  const { choice } = await upToChoice(chat, 12_000_000);
  expect(labelsOf(choice)).not.toContain('💠 QRIS');
  await chat.tap('🔗 Halaman Pembayaran');
  const invoice = await chat.waitFor(/Invoice tg\d+-\w+[\s\S]*Bayar sebelum/);
  const ref = /tg\d+-\w+/.exec(invoice.text)![0];
  const { txnId } = await shop.client.pakasir.transaction(ref);
  const urls = (invoice.raw.reply_markup?.inline_keyboard ?? [])
    .flat()
    .flatMap((button) => ('url' in button ? [button.url] : []));
  expect(urls).toEqual([expect.stringMatching(new RegExp(`/pay-v2/${txnId}$`))]);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-12000000', { since: 0 });

  shop.clock.advance(5000);
  await chat.send('💰 Deposit');
  await chat.waitFor('Deposit Saldo');
  await chat.tap('🔗 Halaman Pembayaran');
  await chat.waitFor('paling banyak Rp50.000.000');
  await chat.tap('50.000');
  const deposit = await chat.waitFor(/Invoice dp\d+-\w+[\s\S]*Bayar sebelum/);
  await shop.client.pakasir.pay(/dp\d+-\w+/.exec(deposit.text)![0]);
  await chat.waitFor('sudah masuk');
  expect(await balanceOf(shop, person.id)).toBe(50_000);

  shop.clock.advance(5000);
  await chat.tapData('dep:pay:1:10000', { force: true });
  const left = await chat.waitFor(/Invoice dp\d+-\w+[\s\S]*Bayar sebelum/);
  shop.clock.advance(2 * 3_600_000);
  await shop.store.reconcile();
  await chat.waitFor('belum dibayar sampai batas waktunya');
  await shop.client.pakasir.waitForStatus(/dp\d+-\w+/.exec(left.text)![0], 'canceled');
});

test('a total that no way to pay takes is told at the cart, with what would help', async () => {
  shop = await startTestStore();
  const { chat } = await shop.customer();
  const { cart, choice } = await upToChoice(chat, 12_000_000);
  for (const screen of [cart, choice]) {
    expect(screen.text).toContain('paling banyak Rp10.000.000');
    expect(screen.text).toContain('Bagi belanjaanmu');
  }
  expect(labelsOf(choice)).not.toContain('💠 QRIS');
  await chat.tapData('pay:via:0:12000000', { force: true });
  await chat.waitForToast('paling banyak Rp10.000.000');
  expect(await shop.database.db.query('SELECT id FROM orders')).toEqual([]);

  await toggle('▫️ BNI Virtual Account');
  shop.clock.advance(5000);
  await chat.tapData('pay:choose', { force: true });
  const again = await chat.waitFor('QRIS hanya sampai Rp10.000.000');
  expect(labelsOf(again)).toContain('🏦 Transfer Bank (Virtual Account)');
});

test('what is the only way to pay stays on, and what was switched off is not taken by an old button', async () => {
  shop = await startTestStore();
  const { chat } = await shop.customer();
  await upToChoice(chat, 25_000);
  const adminChat = await toggle();
  await adminChat.waitFor('Metode Pembayaran');
  await adminChat.tap('✅ QRIS');
  await adminChat.waitForToast('satu-satunya');
  await toggle('▫️ BNI Virtual Account', '✅ QRIS');
  await chat.tapData('pay:via:0:25000', { force: true });
  await chat.waitForToast('sedang tidak ditawarkan');
  expect(await shop.database.db.query('SELECT id FROM orders')).toEqual([]);
});
