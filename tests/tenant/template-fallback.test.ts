import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';

/** Telegram finds fault with markup that the store's own check lets pass. */

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.owner.chatWith(shop.bot);
});
afterEach(() => shop.close());

const overrides = () => shop.database.db.query<{ key: string; body: string }>('SELECT key, body FROM templates');
const rollbacks = () => shop.database.db.query("SELECT id FROM audit_log WHERE action = 'template.rolled_back'");

test('what Telegram refuses is sent as the default, and the template is put back, once, wherever it is used', async () => {
  for (const method of ['sendMessage', 'editMessageText']) {
    await shop.client.faults.add({
      target: 'telegram',
      kind: '400',
      method,
      contains: 'RUSAK',
      times: 'always',
      description: "can't parse entities: test",
    });
  }
  for (const key of ['welcome', 'payment_success', 'snk', 'expired']) {
    await shop.database.db.query('INSERT INTO templates (key, body, updated_by) VALUES ($1, $2, 1)', [
      key,
      '<b>RUSAK</b> {nama}',
    ]);
  }
  await shop.product({
    code: 'A',
    name: 'Akun A',
    price: 20_000,
    contents: ['barang-1', 'barang-2'],
    terms: 'Jangan disebar',
  });
  const { chat: customer } = await shop.customer();
  await customer.send('/start');
  await customer.waitFor('Selamat datang di Warung');
  shop.clock.advance(3000);
  const ref = await buyUpToInvoice(customer, { code: 'A', name: 'Akun A', price: 20_000 });
  await shop.client.pakasir.pay(ref);
  const goods = await customer.waitFor('barang-1', { since: 0 });
  expect(goods.text).toContain(`Invoice: ${ref}`);
  const terms = await customer.waitFor('Jangan disebar', { since: 0 });
  expect(terms.text).toContain('Produk: Akun A');
  shop.clock.advance(3000);
  const second = await buyUpToInvoice(customer, { code: 'A', name: 'Akun A', price: 20_000 });
  shop.clock.advance(3_600_000);
  await shop.store.reconcile();
  await customer.waitFor(`Invoice ${second} (Akun A) belum dibayar`, { since: 0 });
  for (const label of ['👋 Sambutan', '🎉 Pembayaran Berhasil', '📜 Pembuka SNK', '⌛ Pesanan Kedaluwarsa']) {
    await chat.waitFor(`Template ${label} ditolak Telegram`, { since: 0 });
  }
  expect(await overrides()).toEqual([]);
  expect(await rollbacks()).toHaveLength(4);
});

test('goods that come as a file have the default above them, too', async () => {
  await shop.client.faults.add({
    target: 'telegram',
    kind: '400',
    method: 'editMessageMedia',
    contains: 'RUSAK',
    times: 'always',
    description: "can't parse entities: test",
  });
  await shop.database.db.query(
    "INSERT INTO templates (key, body, updated_by) VALUES ('payment_success', '<b>RUSAK</b> {nama}', 1)",
  );
  await shop.product({ code: 'A', name: 'Akun A', price: 20_000, contents: ['barang\n'.repeat(2500)] });
  const { chat: customer } = await shop.customer();
  const ref = await buyUpToInvoice(customer, { code: 'A', name: 'Akun A', price: 20_000 });
  await shop.client.pakasir.pay(ref);
  const file = await customer.waitFor(`Invoice: ${ref}`, { since: 0 });
  expect(file.kind).toBe('document');
  expect((await customer.download(file)).toString('utf8')).toContain('barang\n'.repeat(2499));
  await chat.waitFor('Pembayaran Berhasil ditolak Telegram', { since: 0 });
});

test('after a restart a queued message that Telegram refuses still arrives, without its markup', async () => {
  await shop.client.faults.add({
    target: 'telegram',
    kind: '400',
    method: 'sendMessage',
    contains: '<b>RUSAK',
    times: 'always',
    description: "can't parse entities: test",
  });
  const { chat: customer, person } = await shop.customer();
  await customer.send('/start');
  await customer.waitFor('Selamat datang');
  await shop.database.db.query(
    "INSERT INTO templates (key, body, updated_by) VALUES ('expired', '<b>RUSAK</b> {nama} &amp; {order_id}', 1)",
  );
  await shop.database.db.query("INSERT INTO outbox (cause, chat_id, text) VALUES ('uji', $1, $2)", [
    person.id,
    '<b>RUSAK</b> Budi &lt;3 &amp; tg1',
  ]);
  await shop.restart();
  await customer.waitFor('RUSAK Budi <3 & tg1', { since: 0 });
  await chat.waitFor('ditolak Telegram', { since: 0 });
  expect(await overrides()).toEqual([]);
});

test('an admin who may not edit templates cannot have one put back by a broadcast that Telegram refuses', async () => {
  await shop.database.db.query(
    "INSERT INTO templates (key, body, updated_by) VALUES ('welcome', 'Halo <b>{nama}</b>!', 1)",
  );
  await chat.send('/start');
  await chat.waitFor('Halo Pak Bos!');
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.send('/admin');
  await adminChat.waitFor('Admin Settings');
  await adminChat.tapData('bct:write', { force: true });
  await adminChat.waitFor('Tulis Broadcast');
  await adminChat.send('Halo <b>siapa saja</b>! <i>rusak</I>');
  await adminChat.waitFor('menutup sesuatu yang tidak dibuka');
  expect(await overrides()).toHaveLength(1);
});
