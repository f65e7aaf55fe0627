import { afterEach, expect, test } from 'vitest';
import { buyUpToInvoice, pressQris, startTestStore, type TestStore, type TestStoreOptions } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

const PRODUCT = { code: 'A', name: 'Akun A', price: 20_000 };
const PROJECT = { slug: 'warung', apiKey: 'kunci-rahasia' };
const MINUTE = 60_000;

async function open(options: TestStoreOptions = {}) {
  shop = await startTestStore(options);
  await shop.product({ ...PRODUCT, contents: ['barang-1', 'barang-2'] });
  return shop.customer();
}

const unitsHeld = async () =>
  (await shop.database.db.query("SELECT id FROM stock_units WHERE status <> 'available'")).length;

async function onlyOrder(): Promise<{ ref: string; status: string; reason: string | null }> {
  const [order] = await shop.database.db.query<{ ref: string; status: string; reason: string | null }>(
    'SELECT ref, status, closed_reason AS reason FROM orders',
  );
  return order!;
}

/** The store tries to make an invoice until its time is over. */
async function untilGivenUp(chat: Awaited<ReturnType<typeof open>>['chat']): Promise<void> {
  await expect.poll(async () => (await shop.client.pakasir.calls({ method: 'create' })).length).toBeGreaterThan(0);
  shop.clock.advance(MINUTE);
  await chat.waitFor('layanan pembayaran sedang terganggu');
}

test.each(['5xx', 'drop_before', 'drop_after', '429'] as const)(
  'an answer to a create that is lost (%s) is asked for again: one transaction, one invoice',
  async (kind) => {
    const { chat } = await open();
    await shop.client.faults.add({ target: 'pakasir', method: 'create', kind, times: 1 });
    const ref = await buyUpToInvoice(chat, PRODUCT);
    expect(await shop.client.pakasir.transactions()).toMatchObject([{ orderId: ref, status: 'pending' }]);
    await shop.client.pakasir.pay(ref);
    await chat.waitFor('barang-1');
  },
);

test('a gateway that answers no create for a minute ends the order, and what it made is withdrawn', async () => {
  const { chat } = await open();
  const lost = await shop.client.faults.add({
    target: 'pakasir',
    method: 'create',
    kind: 'drop_after',
    times: 'always',
  });
  await pressQris(chat, PRODUCT);
  await untilGivenUp(chat);
  expect(await onlyOrder()).toMatchObject({ status: 'cancelled', reason: 'gateway_failed' });
  expect(await unitsHeld()).toBe(0);
  await lost.remove();
  const { ref } = await onlyOrder();
  await shop.client.pakasir.waitForStatus(ref, 'canceled');
  expect(await shop.client.pakasir.transactions()).toHaveLength(1);
  await chat.tap('🧺 Lihat Keranjang');
  await chat.waitFor(/Keranjang Belanja[\s\S]*Akun A/);
});

test('money for a transaction whose answer was lost is found by its webhook', async () => {
  const { chat } = await open();
  await shop.client.faults.add({ target: 'pakasir', method: 'create', kind: 'drop_after', times: 'always' });
  await pressQris(chat, PRODUCT);
  await untilGivenUp(chat);
  const { ref } = await onlyOrder();
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('masuk setelah waktunya habis');
  await chat.waitFor('barang-1');
});

test('money for a transaction whose answer was lost is found without a webhook, once the gateway answers', async () => {
  const { chat } = await open();
  await shop.client.pakasir.createProject({ ...PROJECT, notify: false });
  const lost = await shop.client.faults.add({
    target: 'pakasir',
    method: 'create',
    kind: 'drop_after',
    times: 'always',
  });
  await pressQris(chat, PRODUCT);
  await untilGivenUp(chat);
  const { ref } = await onlyOrder();
  await shop.client.pakasir.pay(ref);
  await lost.remove();
  await chat.waitFor('barang-1');
});

test('a webhook that names the transaction of another order settles nothing of a lost one', async () => {
  const { chat } = await open();
  const other = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.createProject({ ...PROJECT, notify: false });
  await shop.client.pakasir.pay(other);
  const { chat: second } = await shop.customer('Lain');
  await shop.client.faults.add({ target: 'pakasir', method: 'create', kind: 'drop_after', times: 'always' });
  await pressQris(second, PRODUCT);
  await expect.poll(async () => (await shop.client.pakasir.transactions()).length).toBe(2);
  const lost = (await shop.client.pakasir.transactions()).find(({ orderId }) => orderId !== other)!;
  const { txnId } = await shop.client.pakasir.transaction(other);
  const answer = await fetch(`http://127.0.0.1:${shop.ports.pakasirPort}/webhooks/pakasir`, {
    method: 'POST',
    body: JSON.stringify({ txn_id: txnId, order_id: lost.orderId, amount: 20_000, status: 'completed' }),
  });
  expect(answer.status).toBe(400);
  const [order] = await shop.database.db.query<{ status: string }>('SELECT status FROM orders WHERE ref = $1', [
    lost.orderId,
  ]);
  expect(order?.status).toBe('awaiting_payment');
});

test.each([
  ['a fee as text and an expiry that is no time', { spelled: { fee: 'text' }, changes: { expired_at: 'besok' } }],
  ['no fee, no total, and fields that nobody knows', { without: ['fee', 'total_payment'], changes: { promo: [1] } }],
  ['ids and amounts as text', { spelled: { amount: 'text', total_payment: 'text' } }],
] as const)('an invoice with %s is shown, and its payment settles', async (_, odd) => {
  const { chat } = await open();
  await shop.client.faults.add({
    target: 'pakasir',
    method: 'create',
    kind: 'patch',
    times: 'always',
    ...patchOf(odd),
  });
  const ref = await buyUpToInvoice(chat, PRODUCT);
  expect((await chat.waitFor(ref, { since: 0 })).text).toMatch(/Total: Rp20\.\d{3}/);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-1');
});

test.each([
  ['a completion that is no time', { changes: { completed_at: 'tadi pagi' } }],
  ['a capital letter', { spelled: { status: 'capitalized' } }],
  ['an amount as text, and unknown fields', { spelled: { amount: 'text' }, changes: { settlement: { in: 1 } } }],
  ['less than it should say', { without: ['completed_at', 'is_sandbox', 'txn_id'] }],
] as const)('a status with %s settles all the same', async (_, odd) => {
  const { chat } = await open();
  await shop.client.faults.add({
    target: 'pakasir',
    method: 'status',
    kind: 'patch',
    times: 'always',
    ...patchOf(odd),
  });
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.pay(ref);
  await chat.waitFor('barang-1');
});

type Patch = {
  changes?: Readonly<Record<string, unknown>>;
  without?: readonly string[];
  spelled?: Readonly<Record<string, 'text' | 'capitalized'>>;
};
const patchOf = ({ changes, without, spelled }: Patch) => ({
  ...(changes ? { changes: { ...changes } } : {}),
  ...(without ? { without: [...without] } : {}),
  ...(spelled ? { spelled: { ...spelled } } : {}),
});

test('a word for completed that is not known settles nothing', async () => {
  const { chat } = await open();
  const changes = { status: 'paid' };
  await shop.client.faults.add({ target: 'pakasir', method: 'status', kind: 'patch', times: 'always', changes });
  const ref = await buyUpToInvoice(chat, PRODUCT);
  await shop.client.pakasir.createProject({ ...PROJECT, notify: false });
  await shop.client.pakasir.pay(ref);
  expect(await shop.client.pakasir.notify(ref)).toMatchObject({ status: 202 });
  expect((await onlyOrder()).status).toBe('awaiting_payment');
});
