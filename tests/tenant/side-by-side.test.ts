import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient, MessageView } from '../../sandbox/client.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

let shop: TestStore;
let adminChat: ChatClient;
let productId: number;
beforeEach(async () => {
  shop = await startTestStore({ mode: 'polling' });
  productId = await shop.product({ code: 'A', name: 'Akun A', contents: ['barang-1'] });
  adminChat = shop.admin.chatWith(shop.bot);
});
afterEach(() => shop.close());

const { answer, tapData } = inTurns(() => ({ shop, chat: adminChat }));

async function openRestock(): Promise<void> {
  await answer('/admin', 'Admin Settings');
  await tapData(`prd:restock:${productId}`, 'Isi Stok');
}

/** So many people write, and each is answered. */
async function everybodyIsAnswered(people: number): Promise<MessageView[]> {
  const chats = await Promise.all(Array.from({ length: people }, (_, n) => shop.customer(`Orang ${n}`)));
  for (const { chat } of chats) await chat.send('/start');
  return Promise.all(chats.map(({ chat }) => chat.waitFor('Selamat datang', { since: 0 })));
}

const available = async () =>
  (await shop.database.db.query<{ n: number }>('SELECT count(*) AS n FROM stock_units'))[0]!.n;

test('while the file of one person is fetched, fifty others are answered, and no connection waits for it', async () => {
  await openRestock();
  const fetching = await shop.client.faults.add({ target: 'telegram', method: 'getFile', kind: 'hold_before' });
  await adminChat.sendDocument({ bytes: Buffer.from('baru-1\nbaru-2\n'), fileName: 'stok.txt' });
  await fetching.waitHeld();
  // What the same person does next waits for its turn.
  await adminChat.send('ℹ️ Informasi');
  await everybodyIsAnswered(50);
  const open = await shop.database.db.query(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'",
  );
  expect(open).toEqual([]);
  expect((await adminChat.messages()).some(({ text }) => text.includes('Informasi Akun'))).toBe(false);
  await fetching.release();
  const report = await adminChat.waitFor('2 isi', { since: 0 });
  const information = await adminChat.waitFor('Informasi Akun', { since: 0 });
  expect(information.id).toBeGreaterThan(report.id);
  expect(await available()).toBe(3);
});

test('while a restock waits in the database, fifty others are answered', async () => {
  await openRestock();
  await shop.database.db.tx(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('stock.add:' || $1::text, 0))", [productId]);
    await adminChat.send('baru-1');
    await everybodyIsAnswered(50);
    expect(await available()).toBe(1);
  });
  await adminChat.waitFor('1 isi', { since: 0 });
  expect(await available()).toBe(2);
});

test('an update that the database does not take holds up nobody else, and is handled once it does', async () => {
  const { chat, person } = await shop.customer('Apes');
  await shop.database.db.query(
    `CREATE FUNCTION unwell() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '57P03'; END $$`,
  );
  await shop.database.db.query(
    `CREATE TRIGGER unwell BEFORE INSERT ON users FOR EACH ROW WHEN (NEW.id = ${person.id}) EXECUTE FUNCTION unwell()`,
  );
  await chat.send('/start');
  await chat.send('ℹ️ Informasi');
  await everybodyIsAnswered(20);
  expect((await chat.messages()).filter(({ from }) => from === 'bot')).toEqual([]);
  // Telegram still holds what is not committed: another process would get it.
  await shop.restart();
  await everybodyIsAnswered(5);
  await shop.database.db.query('DROP TRIGGER unwell ON users');
  const welcome = await chat.waitFor('Selamat datang', { since: 0 });
  const information = await chat.waitFor('Informasi Akun', { since: 0 });
  expect(information.id).toBeGreaterThan(welcome.id);
});

test('a hundred thousand lines of stock come in while others are answered', async () => {
  await openRestock();
  const lines = Array.from({ length: 100_000 }, (_, n) => `akun-${n}|sandi-${n}`).join('\n');
  await adminChat.sendDocument({ bytes: Buffer.from(lines), fileName: 'stok.txt' });
  await shop.client.waitForCalls({ method: 'getFile' });
  const answers = await everybodyIsAnswered(20);
  const report = await adminChat.waitFor('100.000', { since: 0, timeoutMs: 150_000 });
  expect(await available()).toBe(100_001);
  // Messages of a bot are numbered in one row: nobody waited for the file.
  for (const { id } of answers) expect(id).toBeLessThan(report.id);
});

test.each(['message', 'callback_query'] as const)(
  'a %s of a person that comes late finds the shop as it is by then',
  async (late) => {
    await shop.product({ code: 'B', name: 'Akun B', contents: ['b-1', 'b-2', 'b-3', 'b-4'] });
    const { chat } = await shop.customer();
    await chat.send('/start p_B');
    const product = await chat.waitFor('Jumlah: 1');
    shop.clock.advance(5000);
    const held = await chat.late(late);
    // A tap on ➕ and a typed quantity, in either order.
    const acts = [() => chat.send('3'), () => chat.tap('➕', { messageId: product.id })];
    if (late === 'callback_query') acts.reverse();
    await acts[0]!();
    await held.waitHeld();
    await acts[1]!();
    await chat.waitFor(late === 'message' ? 'Jumlah: 2' : 'Jumlah: 3');
    await held.release();
    await chat.waitFor(late === 'message' ? 'Jumlah: 3' : 'Jumlah: 2', { since: 0 });
    shop.clock.advance(5000);
    await chat.tap('🧺 Lanjut ke Keranjang');
    await chat.waitFor('Keranjang Belanja');
  },
);
