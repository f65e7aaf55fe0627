import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { buyUpToInvoice, startTestStore, type TestStore } from '../support/store.ts';

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

/** What Pakasir posts of an order's transaction. */
async function hint(ref: string, change: Record<string, unknown> = {}): Promise<string> {
  const { txnId } = await shop.client.pakasir.transaction(ref);
  const told = { txn_id: txnId, order_id: ref, amount: 20_000, is_sandbox: false, status: 'completed' };
  return JSON.stringify({ ...told, completed_at: '2026-11-30T10:00:00+07:00', ...change });
}

async function statusOf(ref: string): Promise<string> {
  const [row] = await shop.database.db.query<{ status: string }>('SELECT status FROM orders WHERE ref = $1', [ref]);
  return row!.status;
}

test('a webhook that claims a payment which the gateway does not know of settles nothing', async () => {
  const { ref } = await invoiced();
  const answer = await post(await hint(ref));
  expect(answer.status).toBe(202);
  expect(await statusOf(ref)).toBe('awaiting_payment');
});

test('an unknown order answers 404, a body that is no webhook 400', async () => {
  await invoiced();
  expect((await post(JSON.stringify({ txn_id: 'x', order_id: 'tg1-nosuchorder', amount: 1 }))).status).toBe(404);
  expect((await post('{"hello":')).status).toBe(400);
  expect((await post('')).status).toBe(400);
  expect((await post(JSON.stringify({ txn_id: 'x', order_id: 'tg1-\u0000', amount: 1 }))).status).toBe(400);
  expect((await post('x'.repeat(20_000))).status).toBe(413);
});

test('another amount or transaction answers 400, settles nothing and alarms the owner once', async () => {
  const { ref } = await invoiced();
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  await shop.client.pakasir.pay(ref);
  expect((await post(await hint(ref, { amount: 1 }))).status).toBe(400);
  expect((await post(await hint(ref, { txn_id: 'lain' }))).status).toBe(400);
  expect(await statusOf(ref)).toBe('awaiting_payment');
  const owner = shop.owner.chatWith(shop.bot);
  await owner.waitFor('tidak cocok dengan pesanannya', { since: 0 });
  expect((await owner.messages()).filter((message) => message.text.includes('tidak cocok'))).toHaveLength(1);
});

test('with a secret, only who knows it is heard', async () => {
  const { chat, ref } = await invoiced({ PAKASIR_WEBHOOK_SECRET: 'rahasia' });
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  await shop.client.pakasir.pay(ref);
  const body = await hint(ref);
  expect((await post(body)).status).toBe(401);
  expect((await post(body, { 'x-secret': 'rahasi' })).status).toBe(401);
  expect(await statusOf(ref)).toBe('awaiting_payment');
  expect((await post(body, { 'x-secret': 'rahasia' })).status).toBe(200);
  await chat.waitFor('barang-1');
  await shop.owner.chatWith(shop.bot).waitFor('kunci rahasia yang salah', { since: 0 });
});

test('a repeated webhook delivers nothing twice', async () => {
  const { chat, ref } = await invoiced();
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-1');
  const body = await hint(ref);
  const again = await Promise.all(Array.from({ length: 5 }, () => post(body)));
  expect(again.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
  await shop.admin.chatWith(shop.bot).waitFor('barang terkirim', { since: 0 });
  expect((await chat.messages()).filter((message) => message.text.includes('barang-1'))).toHaveLength(1);
});

test('a late word that the payment failed does not undo it', async () => {
  const { chat, ref } = await invoiced();
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-1');
  expect((await post(await hint(ref, { status: 'failed' }))).status).toBe(200);
  expect(['paid', 'delivered']).toContain(await statusOf(ref));
});

test('a gateway that does not answer the status question answers 503, so that the webhook comes again', async () => {
  const { chat, ref } = await invoiced();
  await shop.client.faults.add({ target: 'pakasir', method: 'status', kind: '5xx', times: 1 });
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  await shop.client.pakasir.pay(ref);
  expect((await post(await hint(ref))).status).toBe(503);
  expect((await post(await hint(ref))).status).toBe(200);
  await chat.waitFor('barang-1');
});

test('money that comes after the order was closed is asked about again too, when the gateway does not answer', async () => {
  const { chat, ref } = await invoiced();
  await chat.tap('❌ Batalkan Pembelian');
  await chat.waitFor('dibatalkan');
  await shop.client.pakasir.waitForStatus(ref, 'canceled');
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  await shop.client.pakasir.pay(ref, { force: true });
  await shop.client.faults.add({ target: 'pakasir', method: 'status', kind: '5xx', times: 1 });
  expect((await post(await hint(ref))).status).toBe(503);
  expect((await post(await hint(ref))).status).toBe(200);
  await chat.waitFor('barang-1');
});

test('a body that is JSON is read, whatever its content type says', async () => {
  const { chat, ref } = await invoiced();
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  await shop.client.pakasir.pay(ref);
  const answer = await post(await hint(ref), { 'content-type': 'application/x-www-form-urlencoded' });
  expect(answer.status).toBe(200);
  await chat.waitFor('barang-1');
});

test.each([
  ['an amount as text', { amount: '20000' }],
  ['no amount', { amount: null }],
  ['a time that is none', { completed_at: 'kemarin' }],
  ['unknown fields and another spelling', { status: 'Completed', payment_method: { any: 'thing' } }],
])('a webhook with %s settles', async (_, odd) => {
  const { chat, ref } = await invoiced();
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  await shop.client.pakasir.pay(ref);
  expect((await post(await hint(ref, odd))).status).toBe(200);
  await chat.waitFor('barang-1');
});

test('260 silent connections of one address keep out neither Telegram, nor the gateway, nor health checks', async () => {
  const { ref } = await invoiced();
  const silent = await Promise.all(
    [shop.ports.telegramPort, shop.ports.pakasirPort].flatMap((port) =>
      Array.from({ length: 260 }, async () => {
        const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.9' }).on('error', () => {});
        await once(socket, 'connect');
        return socket;
      }),
    ),
  );
  expect((await fetch(`http://127.0.0.1:${shop.ports.telegramPort}/healthz`)).status).toBe(200);
  expect((await post(await hint(ref))).status).toBe(202);
  for (const socket of silent) socket.destroy();
});

test('an address that holds its share of requests is refused before its body is read, and takes nothing from another', async () => {
  const { ref } = await invoiced();
  const greedy = '203.0.113.7';
  const head = `POST /webhooks/pakasir HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${greedy}\r\ncontent-length: 9\r\n\r\n`;
  const slow = Array.from({ length: 8 }, () => {
    const socket = connect(shop.ports.pakasirPort, '127.0.0.1', () => socket.write(head)).on('error', () => {});
    return socket;
  });
  await expect.poll(async () => (await post('{"hello":', { 'x-forwarded-for': greedy })).status).toBe(429);
  expect((await post(await hint(ref), { 'x-forwarded-for': '203.0.113.8' })).status).toBe(202);
  expect((await post(await hint(ref))).status).toBe(202);
  for (const socket of slow) socket.destroy();
});
