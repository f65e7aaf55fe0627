import { afterEach, describe, expect, test } from 'vitest';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

test('every update sent twice makes one purchase, one invoice and one answer each', async () => {
  shop = await startTestStore({ mode: 'webhook' });
  await shop.client.faults.add({ target: 'telegram', method: 'webhook', kind: 'repeat', times: 'always' });
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2'] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-1');
  expect(await shop.database.db.query('SELECT id FROM orders')).toHaveLength(1);
  expect((await chat.messages()).filter((message) => message.kind === 'photo')).toHaveLength(1);
  expect((await chat.messages()).filter((message) => message.text.includes('barang-1'))).toHaveLength(1);
});

const privateMessage = (updateId: number, from: { id: number; first_name: string }, text: string) => ({
  update_id: updateId,
  message: {
    message_id: updateId,
    date: 1_790_000_000,
    chat: { id: from.id, type: 'private', first_name: from.first_name },
    from: { ...from, is_bot: false },
    text,
    ...(text.startsWith('/') ? { entities: [{ type: 'bot_command', offset: 0, length: text.length }] } : {}),
  },
});

describe('the webhook', () => {
  const post = (update: unknown, secret: string | undefined) =>
    fetch(`http://127.0.0.1:${shop.ports.telegramPort}/warung/telegram`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(secret ? { 'x-telegram-bot-api-secret-token': secret } : {}) },
      body: typeof update === 'string' ? update : JSON.stringify(update),
    });

  test('refuses whoever does not know the secret, and bodies that are no update', async () => {
    shop = await startTestStore({ mode: 'webhook' });
    const secret = shop.env.TELEGRAM_WEBHOOK_SECRET;
    const update = privateMessage(1, { id: 7, first_name: 'X' }, '/start');
    expect((await post(update, undefined)).status).toBe(401);
    expect((await post(update, 'salah')).status).toBe(401);
    expect((await post('{', secret)).status).toBe(400);
    expect((await post({ hello: 1 }, secret)).status).toBe(400);
    expect((await post('x'.repeat(2_000_000), secret)).status).toBe(413);
    expect(await shop.database.db.query('SELECT update_id FROM updates WHERE update_id = 1')).toHaveLength(0);
  });

  test('takes what no person of Telegram sends as handled: it would come again for a day', async () => {
    shop = await startTestStore({ mode: 'webhook' });
    const { message } = privateMessage(1, { id: 7, first_name: 'X' }, 'halo');
    const document = { file_id: 'a', file_unique_id: 'b' };
    const strange = [
      { ...message, chat: null },
      { ...message, from: { ...message.from, id: '\udfff' }, document },
      { ...message, from: { ...message.from, id: [7, 7] } },
      { ...message, from: { ...message.from, first_name: null } },
      { ...message, text: 7, entities: 'x' },
      null,
    ];
    const statuses = strange.map(async (one, index) => {
      return (await post({ update_id: 900 + index, message: one }, shop.env.TELEGRAM_WEBHOOK_SECRET)).status;
    });
    expect(await Promise.all(statuses)).toEqual(strange.map(() => 200));
  });

  test('takes texts and names that cannot be stored, and goes on', async () => {
    shop = await startTestStore({ mode: 'webhook' });
    const { person, chat } = await shop.customer();
    const secret = shop.env.TELEGRAM_WEBHOOK_SECRET;
    await chat.send('/start');
    await chat.waitFor('Selamat datang');
    const since = await chat.mark();
    const from = { id: person.id, first_name: 'Bu\ud800di\0' };
    expect((await post(privateMessage(900_001, from, '/start'), secret)).status).toBe(200);
    await chat.waitFor('Selamat datang', { since });
    expect((await post(privateMessage(900_002, from, 'cari \0 \udc00'), secret)).status).toBe(200);
    const metrics = await (await fetch(`http://127.0.0.1:${shop.ports.telegramPort}/metrics`)).text();
    expect(metrics).not.toMatch(/result="faulty"[^\n]* [1-9]/);
    const rows = await shop.database.db.query('SELECT first_name FROM users WHERE id = $1', [person.id]);
    expect(rows).toEqual([{ first_name: 'Bu\ufffddi\ufffd' }]);
  });

  test('takes updates out of order, and each once', async () => {
    shop = await startTestStore({ mode: 'webhook' });
    const { person, chat } = await shop.customer();
    await chat.send('/start');
    await chat.waitFor('Selamat datang');
    const secret = shop.env.TELEGRAM_WEBHOOK_SECRET;
    const from = { id: person.id, first_name: 'Budi' };
    for (const updateId of [900_003, 900_001, 900_002, 900_001, 900_003]) {
      expect((await post(privateMessage(updateId, from, 'ℹ️ Informasi'), secret)).status).toBe(200);
      shop.clock.advance(3000);
    }
    const answers = await shop.client.waitForCalls({ method: 'sendMessage', chatId: person.id }, { count: 5 });
    expect(answers.filter((call) => JSON.stringify(call.params).includes(String(person.id)))).toHaveLength(5);
    const rows = await shop.database.db.query(
      'SELECT update_id FROM updates WHERE update_id BETWEEN 900001 AND 900003',
    );
    expect(rows).toHaveLength(3);
  });

  test('does not serve groups and other bots', async () => {
    shop = await startTestStore({ mode: 'webhook' });
    const secret = shop.env.TELEGRAM_WEBHOOK_SECRET;
    const group = privateMessage(5, { id: 7, first_name: 'X' }, '/start');
    Object.assign(group.message.chat, { type: 'group' });
    expect((await post(group, secret)).status).toBe(200);
    expect(await shop.database.db.query('SELECT id FROM users WHERE id = 7')).toHaveLength(0);
  });
});

test('a tap on a button of last week says that it no longer applies, and does nothing else', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  const taps = [
    ['menu:lama:3', 'sudah tidak berlaku'],
    ['cart:add:999999:1', 'sudah tidak dijual'],
    ['pay:status:999999', 'sudah tidak berlaku'],
    ['pay:cancel:999999', 'sudah tidak berlaku'],
    ['pay:choose', 'kosong'],
    ['ord:list:0:0', 'khusus admin'],
    ['pay:dep:status:999999', 'sudah tidak berlaku'],
    ['pay:dep:cancel:999999', 'sudah tidak berlaku'],
    ['pay:balance:1', 'kosong'],
  ] as const;
  for (const [data, answer] of taps) {
    shop.clock.advance(3000);
    await chat.tapData(data, { force: true });
    expect((await chat.waitForToast()).text).toContain(answer);
  }
  expect(await shop.database.db.query('SELECT id FROM orders')).toHaveLength(0);
});

test("nobody can press another customer's payment buttons", async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat } = await shop.customer('Korban');
  await buyUpToInvoice(chat, PRODUCT);
  const [order] = await shop.database.db.query<{ id: number }>('SELECT id FROM orders');
  const { chat: other } = await shop.customer('Usil');
  await other.send('/start');
  await other.waitFor('Selamat datang');
  await other.tapData(`pay:cancel:${order!.id}`, { force: true });
  await other.waitForToast('sudah tidak berlaku');
  const [after] = await shop.database.db.query<{ status: string }>('SELECT status FROM orders');
  expect(after?.status).toBe('awaiting_payment');
});

test('a customer who had blocked the bot gets the goods on coming back', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await chat.block();
  await shop.client.pakasir.pay(ref);
  await shop.admin.chatWith(shop.bot).waitFor('pembeli memblokir bot', { since: 0 });
  await chat.unblock();
  await chat.waitFor('barang-1', { since: 0 });
});

test('Telegram asking to wait, failing and dropping its answer delays goods but never doubles them', async () => {
  shop = await startTestStore();
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat } = await shop.customer();
  const ref = await buyUpToInvoice(chat, PRODUCT);
  for (const kind of ['429', '5xx', 'drop_after'] as const) {
    await shop.client.faults.add({
      target: 'telegram',
      method: 'editMessageText',
      chatId: chat.userId,
      kind,
      ...(kind === '429' ? { retryAfter: 1 } : {}),
    });
  }
  await shop.client.pakasir.pay(ref);
  await shop.admin.chatWith(shop.bot).waitFor('barang terkirim', { since: 0 });
  expect((await chat.messages()).filter((message) => message.text.includes('barang-1'))).toHaveLength(1);
});

test('the store opens although Telegram is away at first', async () => {
  shop = await startTestStore({ start: false });
  await shop.client.faults.add({ target: 'telegram', method: 'getMe', kind: '5xx', times: 1 });
  shop.ports = await shop.store.start();
  expect((await shop.store.health()).telegram?.ok).toBe(false);
  const { chat } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  expect((await shop.store.health()).telegram?.ok).toBe(true);
  await shop.store.stop();
});

test('a webhook that Telegram refuses is said in its words, as a refusal, until it takes it', async () => {
  shop = await startTestStore({ start: false, mode: 'webhook' });
  const description = 'Bad Request: bad webhook: Failed to resolve host: Name or service not known';
  await shop.client.faults.add({ target: 'telegram', method: 'setWebhook', kind: '400', description, times: 1 });
  shop.ports = await shop.store.start();
  expect((await shop.store.health()).telegram).toEqual({
    ok: false,
    refused: true,
    detail: `Telegram: ${description}`,
  });
  await expect.poll(async () => (await shop.store.health()).telegram).toEqual({ ok: true, detail: 'webhook' });
  await shop.store.stop();
});
