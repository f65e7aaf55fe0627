import { afterEach, expect, test } from 'vitest';
import { balanceOf, depositUpToInvoice, unbalanced } from '../support/deposits.ts';
import { openRooms } from '../support/modules.ts';
import { startTestStore, type TestStore, type TestStoreOptions } from '../support/store.ts';

let shop: TestStore;
afterEach(async () => {
  expect(await unbalanced(shop)).toEqual([]);
  await shop.close();
});

async function open(options?: TestStoreOptions, notify = false) {
  shop = await startTestStore(options);
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify });
  const customer = await shop.customer();
  await customer.chat.send('/start');
  await customer.chat.waitFor('Selamat datang');
  return customer;
}

const post = (body: object, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${shop.ports.pakasirPort}/webhooks/pakasir`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

/** What Pakasir posts of a transaction. */
const hint = async (ref: string, changes: object = {}) => {
  const { txnId } = await shop.client.pakasir.transaction(ref);
  return { txn_id: txnId, order_id: ref, amount: 50_000, is_sandbox: false, status: 'completed', ...changes };
};

const depositRow = async () =>
  (await shop.database.db.query<{ id: number; status: string }>('SELECT id, status FROM deposits'))[0]!;

const entries = () => shop.database.db.query<{ amount: number }>('SELECT amount FROM ledger_entries');

test('ten webhooks, the status button and the reconcile timer bring one deposit at once: one credit, one message', async () => {
  const { chat, person } = await open();
  const ref = await depositUpToInvoice(chat);
  const { id } = await depositRow();
  await shop.client.pakasir.pay(ref);
  const told = await hint(ref);
  await shop.database.db.query('UPDATE payments SET next_check_at = now() WHERE ref = $1', [ref]);
  const settling = Array.from({ length: 10 }, () => [
    post(told),
    chat.tapData(`pay:dep:status:${id}`, { force: true }),
    shop.store.reconcile(),
  ]).flat();
  await Promise.all(settling);
  await chat.waitFor('sudah masuk', { since: 0 });
  expect((await post(told)).status).toBe(200);
  expect(await entries()).toEqual([{ amount: 50_000 }]);
  expect(await balanceOf(shop, person.id)).toBe(50_000);
  expect((await chat.messages()).filter(({ text }) => text.includes('sudah masuk'))).toHaveLength(1);
});

test('a deposit that is cancelled while it is paid is credited once, whoever is first', async () => {
  const { chat, person } = await open();
  for (const [turn, amount] of ['25.000', '50.000', '100.000'].entries()) {
    shop.clock.advance(5000);
    const ref = await depositUpToInvoice(chat, amount);
    const [deposit] = await shop.database.db.query<{ id: number; amount: number }>(
      'SELECT id, amount FROM deposits WHERE ref = $1',
      [ref],
    );
    await shop.client.pakasir.pay(ref);
    await Promise.all([
      chat.tapData(`pay:dep:cancel:${deposit!.id}`, { force: true }),
      post(hint(ref, { amount: deposit!.amount })),
      shop.store.reconcile(),
      post(hint(ref, { amount: deposit!.amount })),
    ]);
    await chat.waitFor(new RegExp(`Deposit Rp${amount} sudah masuk`), { since: 0 });
    expect(await entries()).toHaveLength(turn + 1);
  }
  expect(await balanceOf(shop, person.id)).toBe(175_000);
  expect(await shop.database.db.query(`SELECT id FROM deposits WHERE status <> 'paid'`)).toEqual([]);
});

test('a cancelled deposit that was paid in the same moment, unheard of, is found and credited', async () => {
  const { chat, person } = await open();
  const ref = await depositUpToInvoice(chat);
  const { id } = await depositRow();
  await shop.client.pakasir.pay(ref);
  await chat.tapData(`pay:dep:cancel:${id}`, { force: true });
  await chat.waitFor('masuk setelah deposit ini ditutup', { since: 0 });
  expect(await balanceOf(shop, person.id)).toBe(50_000);
});

test('a webhook alone credits nothing: neither forged, nor of another amount, nor before the money', async () => {
  const { chat, person } = await open({ env: { PAKASIR_WEBHOOK_SECRET: 'rahasia-webhook' } });
  const ref = await depositUpToInvoice(chat);
  expect((await post(await hint(ref), { 'x-secret': 'rahasia' })).status).toBe(401);
  const signed = (body: object) => post(body, { 'x-secret': 'rahasia-webhook' });
  expect((await signed(await hint(ref, { amount: 5_000_000 }))).status).toBe(400);
  expect((await signed(await hint(ref, { order_id: `${ref}x` }))).status).toBe(404);
  expect((await signed(await hint(ref))).status).toBe(202);
  expect(await entries()).toEqual([]);
  expect(await balanceOf(shop, person.id)).toBe(0);
  await shop.owner.chatWith(shop.bot).waitFor('kunci rahasia yang salah', { since: 0 });
});

test.each([
  ['open', 10_000_000],
  ['report', 100_000_000],
] as const)('the least and the most of a deposit are taken whole, one rupiah further is not (%s)', async (way, max) => {
  shop = await startTestStore();
  const { chat, person } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  const second = await openRooms(shop);
  const { deposits, methods } = second.modules;
  const proof = { text: 'bukti', photo: null };
  const make = (amount: number, messageId: number) =>
    second.db.tx((tx) => {
      const request = { customer: person, amount, messageId };
      return way === 'open' ? deposits.open(tx, request, methods.all[0]) : deposits.report(tx, request, proof);
    });
  try {
    for (const [index, amount] of [9999, max + 1, Number.NaN, 10_000.5].entries())
      expect(await make(amount, index)).toMatchObject({ kind: 'out_of_range', min: 10_000, max });
    expect(await make(10_000, 11)).toMatchObject({ kind: 'created' });
    expect(await make(max, 12)).toMatchObject({ kind: 'created' });
  } finally {
    await second.close();
  }
});
