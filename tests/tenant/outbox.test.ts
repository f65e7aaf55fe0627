import { afterEach, expect, test } from 'vitest';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

test('a revoked alert bot silences nobody: the owner hears from the store itself', async () => {
  shop = await startTestStore({ env: { OWNER_BOT_TOKEN: `999999:${'x'.repeat(35)}` } });
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.pay(ref);
  await shop.owner.chatWith(shop.bot).waitFor(`Pesanan ${ref} lunas`, { since: 0 });
});

test('a message about own affairs goes before the crowd that was queued earlier', async () => {
  shop = await startTestStore({ start: false });
  const { chat, person } = await shop.customer();
  await chat.send('/start');
  await shop.database.db.query(
    `INSERT INTO outbox (cause, chat_id, text, bulk)
     SELECT 'ramai:' || n, $1::bigint, 'ramai ' || n, true FROM generate_series(1, 60) n
     UNION ALL SELECT 'sendiri', $1::bigint, 'pesan sendiri', false`,
    [person.id],
  );
  await shop.store.start();
  await chat.waitFor('ramai 60', { since: 0 });
  await chat.waitFor('pesan sendiri', { since: 0 });
  const texts = (await chat.messages()).map((message) => message.text);
  const crowd = texts.filter((text) => text.startsWith('ramai'));
  expect(crowd).toEqual(Array.from({ length: 60 }, (_, n) => `ramai ${n + 1}`));
  expect(texts.indexOf('pesan sendiri')).toBeLessThan(texts.indexOf('ramai 1'));
  await shop.store.stop();
});

test('a chat that Telegram holds back keeps its messages and holds up no other, however many they are', async () => {
  shop = await startTestStore();
  const { chat, person } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  const { chat: other, person: otherPerson } = await shop.customer('Lain');
  await other.send('/start');
  await other.waitFor('Selamat datang');
  const slow = await shop.client.faults.add({
    target: 'telegram',
    chatId: person.id,
    kind: '429',
    retryAfter: 1,
    times: 'always',
  });
  await shop.database.db.query(
    `INSERT INTO outbox (cause, chat_id, text) SELECT 'uji:' || n, $1, 'pesan ' || n FROM generate_series(1, 150) n`,
    [person.id],
  );
  await shop.database.db.query(`INSERT INTO outbox (cause, chat_id, text) VALUES ('uji:lain', $1, 'untuk yang lain')`, [
    otherPerson.id,
  ]);
  await shop.restart();
  await other.waitFor('untuk yang lain', { since: 0 });
  await slow.remove();
  await chat.waitFor('pesan 150', { since: 0 });
  const order = (await chat.messages())
    .map((message) => /^pesan (\d+)$/.exec(message.text)?.[1])
    .filter(Boolean)
    .map(Number);
  expect(order).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
});
