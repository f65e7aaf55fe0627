import { afterEach, expect, test } from 'vitest';
import { hmacSha256Hex } from '../../kernel/crypto.ts';
import { buyUpToInvoice, pressQris, startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };

async function invoiced(env: Record<string, string> = {}) {
  shop = await startTestStore({ env });
  await shop.product({ ...PRODUCT, contents: ['barang-1'] });
  const { chat } = await shop.customer();
  return { chat, ref: await buyUpToInvoice(chat, PRODUCT) };
}

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${shop.ports.pakasirPort}/warung/webhooks/pakasir`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

const hint = (ref: string, change: Record<string, unknown> = {}) =>
  JSON.stringify({
    amount: 20_000,
    order_id: ref,
    project: 'warung',
    status: 'completed',
    payment_method: 'qris',
    ...change,
  });

async function statusOf(ref: string): Promise<string> {
  const [row] = await shop.database.db.query<{ status: string }>('SELECT status FROM orders WHERE ref = $1', [ref]);
  return row!.status;
}

test('a webhook that claims a payment which the gateway does not know of settles nothing', async () => {
  const { ref } = await invoiced();
  const answer = await post(hint(ref));
  expect(answer.status).toBe(202);
  expect(await statusOf(ref)).toBe('awaiting_payment');
});

test('an unknown order answers 404, a body that is no webhook 400', async () => {
  await invoiced();
  expect((await post(hint('tg1-nosuchorder'))).status).toBe(404);
  expect((await post('{"hello":')).status).toBe(400);
  expect((await post('')).status).toBe(400);
  expect((await post(hint('tg1-\u0000'))).status).toBe(400);
  expect((await post('x'.repeat(20_000))).status).toBe(413);
});

test('another amount or project answers 400, settles nothing and alarms the owner once', async () => {
  const { ref } = await invoiced();
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  await shop.client.pakasir.pay(ref);
  expect((await post(hint(ref, { amount: 1 }))).status).toBe(400);
  expect((await post(hint(ref, { project: 'lain' }))).status).toBe(400);
  expect(await statusOf(ref)).toBe('awaiting_payment');
  const owner = shop.owner.chatWith(shop.bot);
  await owner.waitFor('tidak cocok dengan pesanannya', { since: 0 });
  expect((await owner.messages()).filter((message) => message.text.includes('tidak cocok'))).toHaveLength(1);
});

test('with a secret, only a signature over these very bytes is heard', async () => {
  const { chat, ref } = await invoiced({ PAKASIR_WEBHOOK_SECRET: 'rahasia' });
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  await shop.client.pakasir.pay(ref);
  const body = hint(ref);
  expect((await post(body)).status).toBe(401);
  expect((await post(body, { 'x-pakasir-signature': 'abc' })).status).toBe(401);
  expect((await post(`${body} `, { 'x-pakasir-signature': hmacSha256Hex('rahasia', body) })).status).toBe(401);
  expect(await statusOf(ref)).toBe('awaiting_payment');
  expect((await post(body, { 'x-pakasir-signature': hmacSha256Hex('rahasia', body) })).status).toBe(200);
  await chat.waitFor('barang-1');
  await shop.owner.chatWith(shop.bot).waitFor('tanda tangan yang salah', { since: 0 });
});

test('a repeated webhook delivers nothing twice', async () => {
  const { chat, ref } = await invoiced();
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-1');
  const again = await Promise.all(Array.from({ length: 5 }, () => post(hint(ref))));
  expect(again.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
  await shop.admin.chatWith(shop.bot).waitFor('barang terkirim', { since: 0 });
  expect((await chat.messages()).filter((message) => message.text.includes('barang-1'))).toHaveLength(1);
});

test('a late word that the payment failed does not undo it', async () => {
  const { chat, ref } = await invoiced();
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-1');
  expect((await post(hint(ref, { status: 'failed' }))).status).toBe(200);
  expect(['paid', 'delivered']).toContain(await statusOf(ref));
});

test('a gateway that does not answer the status question answers 503, so that the webhook comes again', async () => {
  const { chat, ref } = await invoiced();
  await shop.client.faults.add({ target: 'pakasir', method: 'transactiondetail', kind: '5xx', times: 1 });
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  await shop.client.pakasir.pay(ref);
  expect((await post(hint(ref))).status).toBe(503);
  expect((await post(hint(ref))).status).toBe(200);
  await chat.waitFor('barang-1');
});

test('money that comes after the order was closed is asked about again too, when the gateway does not answer', async () => {
  const { chat, ref } = await invoiced();
  await chat.tap('❌ Batalkan Pembelian');
  await chat.waitFor('dibatalkan');
  await shop.client.pakasir.waitForStatus(ref, 'canceled');
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  await shop.client.pakasir.pay(ref, { force: true });
  await shop.client.faults.add({ target: 'pakasir', method: 'transactiondetail', kind: '5xx', times: 1 });
  expect((await post(hint(ref))).status).toBe(503);
  expect((await post(hint(ref))).status).toBe(200);
  await chat.waitFor('barang-1');
});

test.each(['5xx', 'drop_before', 'drop_after'] as const)(
  'a gateway that fails at create (%s) cancels the order at once, releases the stock and keeps the cart',
  async (kind) => {
    shop = await startTestStore();
    await shop.product({ ...PRODUCT, contents: ['barang-1'] });
    await shop.client.faults.add({ target: 'pakasir', method: 'transactioncreate', kind, times: 1 });
    const { chat } = await shop.customer();
    await pressQris(chat, PRODUCT);
    const told = await chat.waitFor('layanan pembayaran sedang terganggu');
    const [unit] = await shop.database.db.query<{ status: string }>('SELECT status FROM stock_units');
    expect(unit?.status).toBe('available');
    await chat.tap('🧺 Lihat Keranjang', { messageId: told.id });
    await chat.waitFor(/Keranjang Belanja[\s\S]*Akun A/);
    await chat.tap('💳 Lanjut ke Pembayaran');
    await chat.waitFor('Pilih Metode');
    await chat.tap('💠 QRIS');
    const second = /tg\d+-\w+/.exec((await chat.waitFor(/Invoice tg/)).text)![0];
    await shop.client.pakasir.pay(second);
    await chat.waitFor('barang-1');
  },
);
