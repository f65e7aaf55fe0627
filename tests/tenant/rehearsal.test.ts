import { isDeepStrictEqual } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import type { Queryable } from '../../kernel/db.ts';
import { type RehearsalAnswer, type RehearsalRequest, rehearsalSignature } from '../../kernel/preflight.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
afterEach(() => shop.close());

const AMOUNT = 500;

async function play(request: RehearsalRequest, signature?: string): Promise<{ status: number; body: RehearsalAnswer }> {
  const response = await fetch(`http://127.0.0.1:${shop.ports.telegramPort}/rehearsal`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-lapak-signature': signature ?? rehearsalSignature(shop.env.DATA_ENCRYPTION_KEY!, request),
    },
    body: JSON.stringify(request),
  });
  return { status: response.status, body: (await response.json()) as RehearsalAnswer };
}

/** A transaction at the gateway that the store knows nothing of. Resolves with its id. */
async function invoice(ref: string): Promise<string> {
  const made = await fetch(`${shop.env.PAKASIR_API_BASE}/api/v2/create-transaction/warung/${ref}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'kunci-rahasia' },
    body: JSON.stringify({ method: 'qris', amount: AMOUNT }),
  });
  expect(made.status).toBe(200);
  return ((await made.json()) as { txn_id: string }).txn_id;
}

/** Every table of the store and of its jobs, with a hash over its rows; not the one that says that the runtime is alive. */
async function everything(on: Queryable): Promise<Record<string, string>> {
  const tables = await on.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname IN ('public', 'jobs') AND (schemaname = 'public' OR tablename LIKE 'job%')
        AND tablename <> 'runtime_liveness' ORDER BY 1`,
  );
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await on.query<{ hash: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS hash FROM ${name} t`,
    );
    found[name] = row!.hash;
  }
  return found;
}

const metricsOf = async () => (await fetch(`http://127.0.0.1:${shop.ports.telegramPort}/metrics`)).text();

test('an order that is paid and one that expires are played to their end, and nothing of them is left', async () => {
  shop = await startTestStore({ env: { PAKASIR_WEBHOOK_SECRET: 'rahasia-webhook' } });
  const { chat } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Halo');
  await shop.product({ code: 'A', name: 'Akun A', price: 20_000, contents: ['barang-1'] });
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  const [paid = '', unpaid = ''] = [await invoice('rehearsal-1-paid'), await invoice('rehearsal-1-unpaid')];
  await shop.client.pakasir.pay('rehearsal-1-paid');
  const transcript = async () => JSON.stringify((await chat.transcript()) ?? '');
  const seen = async () => ({
    rows: await everything(shop.database.db),
    metrics: await metricsOf(),
    chat: await transcript(),
  });
  // What the customer's own update still does comes to its end first.
  await expect.poll(async () => isDeepStrictEqual(await seen(), await seen())).toBe(true);
  const before = await seen();

  expect(await play({ play: 'paid', ref: 'rehearsal-1-paid', transactionId: paid, amount: AMOUNT })).toEqual({
    status: 200,
    body: { ok: true, found: expect.stringContaining('settled once, though told twice, and its goods were delivered') },
  });
  expect(await play({ play: 'expired', ref: 'rehearsal-1-unpaid', transactionId: unpaid, amount: AMOUNT })).toEqual({
    status: 200,
    body: { ok: true, found: expect.stringContaining('gave back the stock that it held') },
  });

  expect(await seen()).toEqual(before);
});

test('what the gateway says otherwise is found', async () => {
  shop = await startTestStore();
  await shop.client.pakasir.createProject({ slug: 'warung', apiKey: 'kunci-rahasia', notify: false });
  const transactionId = await invoice('rehearsal-2-paid');
  const { body: unpaid } = await play({ play: 'paid', ref: 'rehearsal-2-paid', transactionId, amount: AMOUNT });
  expect(unpaid).toEqual({ ok: false, found: expect.stringContaining('answered "pending", not "settled"') });
  await shop.client.pakasir.pay('rehearsal-2-paid');
  const { body: paid } = await play({ play: 'expired', ref: 'rehearsal-2-paid', transactionId, amount: AMOUNT });
  expect(paid).toEqual({ ok: false, found: expect.stringContaining('settled') });
});

test('nobody else can have the store play', async () => {
  shop = await startTestStore();
  const request = { play: 'paid', ref: 'rehearsal-3', transactionId: 'x', amount: AMOUNT } as const;
  expect((await play(request, 'f'.repeat(64))).status).toBe(401);
  expect(
    (await play({ ...request, amount: 501 }, rehearsalSignature(shop.env.DATA_ENCRYPTION_KEY!, request))).status,
  ).toBe(401);
  expect((await play({ ...request, ref: 'tg1-somebodys' })).status).toBe(400);
});
