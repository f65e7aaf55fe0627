import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
let chat: ChatClient;
let adminChat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2', 'barang-3'] });
  ({ chat } = await shop.customer());
  adminChat = shop.admin.chatWith(shop.bot);
});
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

const refusedNotices = () => shop.database.db.query('SELECT topic FROM notices WHERE refused IS NOT NULL');
const fromBot = async () => (await adminChat.messages()).filter(({ from }) => from === 'bot');

test('an admin who comes back gets what they missed in one message, and what is still open as it is', async () => {
  await adminChat.block();
  const paid = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.pay(paid);
  await chat.waitFor('barang-1');
  const lowStock = () => shop.database.db.query('SELECT id FROM outbox WHERE missed');
  await expect.poll(async () => (await lowStock()).length).toBeGreaterThan(0);
  const { chat: other } = await shop.customer('Ani');
  const open = await buyUpToInvoice(other, PRODUCT);
  await expect.poll(refusedNotices).toHaveLength(2);
  const before = (await fromBot()).length;

  await adminChat.unblock();
  const news = await adminChat.waitFor('Selama kamu tidak terhubung', { since: 0 });
  expect(news.text).toContain(`✅ Order ${paid} · Rp20.000`);
  expect(news.text).toContain('Akun A');
  const notice = await adminChat.waitFor(new RegExp(`⏳ Order ${open}`), { since: 0 });
  expect((await fromBot()).length).toBe(before + 2);

  // From here on it is told as if nothing had been.
  await shop.client.pakasir.pay(open);
  const told = await adminChat.waitFor(new RegExp(`✅ Order ${open}[\\s\\S]*barang terkirim`), { since: 0 });
  expect(told.id).toBe(notice.id);
  await adminChat.send('/start');
  await adminChat.waitFor('Selamat datang');
  expect((await fromBot()).filter(({ text }) => text.includes('Selama kamu tidak'))).toHaveLength(1);
});

test('a notice that was refused once comes with the next change', async () => {
  await shop.client.faults.add({
    target: 'telegram',
    method: 'sendMessage',
    chatId: shop.admin.id,
    contains: '⏳',
    kind: '400',
    description: 'Bad Request: SOMETHING_NEW',
  });
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await expect.poll(refusedNotices).toHaveLength(1);
  await shop.client.pakasir.pay(ref);
  await adminChat.waitFor(new RegExp(`✅ Order ${ref}[\\s\\S]*barang terkirim`), { since: 0 });
  expect(await refusedNotices()).toEqual([]);
});
