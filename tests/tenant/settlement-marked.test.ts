import { afterEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

async function balanceOf(userId: number): Promise<number> {
  const [row] = await shop.database.db.query<{ balance: number }>('SELECT balance FROM wallets WHERE user_id = $1', [
    userId,
  ]);
  return row?.balance ?? 0;
}

async function markPaid(ref: string): Promise<ChatClient> {
  const [order] = await shop.database.db.query<{ id: number }>('SELECT id FROM orders WHERE ref = $1', [ref]);
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.tapData(`ord:paid:${order!.id}`, { force: true });
  await adminChat.waitFor('Tulis catatan');
  await adminChat.send('pembeli menunjukkan bukti bayar');
  await adminChat.waitFor('Tandai lunas?');
  await adminChat.tap('✅ Ya, Tandai Lunas');
  return adminChat;
}

test('an admin who is about to mark an order paid learns that the QRIS payment had come', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await shop.customer();
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.pay(ref);
  const [order] = await shop.database.db.query<{ id: number }>('SELECT id FROM orders WHERE ref = $1', [ref]);
  const adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.tapData(`ord:paid:${order!.id}`, { force: true });
  await chat.waitFor('barang-1', { since: 0 });
  await adminChat.send('pembeli menunjukkan bukti bayar');
  await adminChat.waitFor('Tandai lunas?');
  await adminChat.tap('✅ Ya, Tandai Lunas');
  await adminChat.waitFor('sudah lunas sebelumnya');
  expect(await balanceOf(person.id)).toBe(0);
});

test('money that came before an admin marked its order paid, and is told of later, is not credited on top', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await shop.customer();
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  const ref = await buyUpToInvoice(chat, PRODUCT);
  const away = await shop.client.faults.add({ target: 'pakasir', kind: '5xx', times: 'always' });
  await shop.client.pakasir.pay(ref);
  const adminChat = await markPaid(ref);
  await adminChat.waitFor('Barangnya sedang dikirim');
  await chat.waitFor('barang-1', { since: 0 });
  await away.remove();
  await adminChat.waitFor('dihitung sebagai pembayaran yang sama', { since: 0 });
  expect(await balanceOf(person.id)).toBe(0);
});

test('money that came before an admin marked its order paid is counted once also when it became balance', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat, person } = await shop.customer();
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await chat.tap('❌ Batalkan Pembelian');
  await chat.waitFor('dibatalkan');
  await shop.client.pakasir.waitForStatus(ref, 'canceled');
  await shop.database.db.query(`UPDATE stock_units SET status = 'removed'`);
  await shop.client.pakasir.pay(ref, { force: true });
  const adminChat = await markPaid(ref);
  await adminChat.waitFor('masukkan ke saldo pembeli');
  await shop.database.db.query('UPDATE payments SET next_check_at = now() WHERE ref = $1', [ref]);
  await shop.store.reconcile();
  await adminChat.waitFor('dihitung sebagai pembayaran yang sama', { since: 0 });
  expect(await balanceOf(person.id)).toBe(PRODUCT.price);
});
