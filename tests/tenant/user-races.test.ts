import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRooms, type SecondModules } from '../support/modules.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

let shop: TestStore;
let second: SecondModules;
let productId: number;
let personId: number;
beforeEach(async () => {
  shop = await startTestStore();
  productId = await shop.product({ code: 'A', name: 'Akun A', price: 20_000, contents: ['b1', 'b2', 'b3'] });
  const { chat, person } = await shop.customer();
  await chat.send('/start');
  await chat.waitFor('Selamat datang');
  personId = person.id;
  second = await openRooms(shop);
});
afterEach(async () => {
  await second.close();
  await shop.close();
});

const orders = () => shop.database.db.query('SELECT id FROM orders');

const adjust = (source: string, amount: number) =>
  second.db.tx((tx) => second.modules.wallet.adjust(tx, { userId: personId, amount, source, note: 'uji' }));

async function books() {
  const [row] = await shop.database.db.query<{ balance: number; entries: number; sum: number }>(
    `SELECT balance, (SELECT count(*) FROM ledger_entries) AS entries,
            (SELECT coalesce(sum(amount), 0)::bigint FROM ledger_entries) AS sum FROM wallets WHERE user_id = $1`,
    [personId],
  );
  return row;
}

async function until(met: () => Promise<boolean>): Promise<void> {
  while (!(await met())) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('a customer who is blocked while they check out gets no order, although they were not blocked when they pressed', async () => {
  const { cart, orders: adminChat } = second.modules;
  await second.db.tx((tx) => cart.put(tx, personId, productId, 1));
  let checkout: Promise<{ kind: string }> | undefined;
  await shop.database.db.tx(async (admin) => {
    await admin.query('UPDATE users SET blocked_at = now() WHERE id = $1', [personId]);
    checkout = second.db.tx((tx) => adminChat.checkout(tx, { id: personId }, 1, { method: 'qris', total: 20_000 }));
    // The checkout has to wait for the admin, not to overtake them.
    await until(async () => {
      const waiting = await shop.database.db.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
  });
  expect(await checkout).toEqual({ kind: 'blocked' });
  expect(await orders()).toEqual([]);
});

test('blocked in the middle of a rush, a customer gets no order after the block', async () => {
  const { cart, orders: adminChat, userAdmin } = second.modules;
  const admin = { id: shop.admin.id, role: 'admin' } as const;
  const made: { kind: string; afterBlock: boolean }[] = [];
  let blocked = false;
  const buy = async (messageId: number) => {
    await second.db.tx((tx) => cart.put(tx, personId, productId, 1));
    const afterBlock = blocked;
    const { kind } = await second.db.tx((tx) =>
      adminChat.checkout(tx, { id: personId }, messageId, { method: 'qris', total: 20_000 }),
    );
    made.push({ kind, afterBlock });
  };
  const block = async () => {
    const outcome = await second.db.tx((tx) => userAdmin.block(tx, admin, personId));
    blocked = true;
    return outcome;
  };
  const [, , first, again] = await Promise.all([buy(1), buy(2), block(), block(), buy(3), buy(4)]);
  await Promise.all([buy(5), buy(6)]);
  expect([first, again].sort()).toEqual(['already', 'done']);
  expect(made).toHaveLength(6);
  expect(made.filter(({ afterBlock, kind }) => afterBlock && kind !== 'blocked')).toEqual([]);
  const told = await shop.database.db.query(`SELECT id FROM outbox WHERE cause LIKE 'user:%:user.blocked:%'`);
  expect(told).toHaveLength(1);
});

test('one adjustment that comes ten times at once moves the money once', async () => {
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => adjust('adjustment:x', 10_000)));
  expect(outcomes.filter(({ kind }) => kind === 'adjusted')).toEqual([{ kind: 'adjusted', before: 0, after: 10_000 }]);
  expect(outcomes.filter(({ kind }) => kind === 'repeated')).toHaveLength(9);
  expect(await books()).toEqual({ balance: 10_000, entries: 1, sum: 10_000 });
});

test('ten adjustments at once never take a balance below zero', async () => {
  await adjust('adjustment:awal', 35_000);
  const outcomes = await Promise.all(Array.from({ length: 10 }, (_, index) => adjust(`adjustment:${index}`, -10_000)));
  expect(outcomes.filter(({ kind }) => kind === 'adjusted')).toHaveLength(3);
  expect(outcomes).toContainEqual({ kind: 'insufficient', balance: 5000 });
  expect(await books()).toEqual({ balance: 5000, entries: 4, sum: 5000 });
});

test('a repeat of an adjustment that emptied the balance is a repeat, not a lack of money', async () => {
  await adjust('adjustment:awal', 10_000);
  await adjust('adjustment:x', -10_000);
  expect(await adjust('adjustment:x', -10_000)).toEqual({ kind: 'repeated' });
  expect(await adjust('adjustment:y', -1)).toEqual({ kind: 'insufficient', balance: 0 });
});
