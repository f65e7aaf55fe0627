import { afterEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { joined, withPiece } from '../../tenant-runtime/bot/pieces.ts';
import { startTestStore, type TestClock, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

let shop: TestStore | undefined;
let adminChat: ChatClient;
afterEach(async () => {
  await shop?.close();
  shop = undefined;
});

/** Stands still between two advances: a slow machine ends no answer. */
function stillClock(): TestClock {
  let now = Date.now();
  return {
    now: () => new Date(now),
    advance(millis) {
      now += millis;
    },
  };
}

async function openShop(mode: 'polling' | 'webhook' = 'polling') {
  shop = await startTestStore({ mode, clock: stillClock() });
  adminChat = shop.admin.chatWith(shop.bot);
  await adminChat.send('/start');
  await adminChat.waitFor('Selamat datang');
  return shop;
}
const { tapData } = inTurns(() => ({ shop: shop!, chat: adminChat }));

const LIMIT = 4096;
/** As an app does it: at the last line break of the second half, else at a blank, else in the middle. */
function cut(text: string): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > LIMIT) {
    const line = rest.lastIndexOf('\n', LIMIT - 1);
    const blank = rest.lastIndexOf(' ', LIMIT - 1);
    const at = line > LIMIT / 2 ? line : blank > LIMIT / 2 ? blank : LIMIT;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at).trim();
  }
  return [...pieces, rest];
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => `akun${index}@contoh.id:sandi-${index}-${'x'.repeat(index % 23)}`);
const stock = () => shop!.database.db.query<{ count: number }>('SELECT count(*) AS count FROM stock_units');
const held = () => shop!.database.db.query<{ held: string }>('SELECT held FROM conversations WHERE held IS NOT NULL');

const updates = async () =>
  (await shop!.database.db.query<{ count: number }>('SELECT count(*) AS count FROM updates'))[0]!.count;

/** Sends messages; resolves when the store has handled them. */
async function paste(pieces: readonly string[]) {
  const before = await updates();
  for (const piece of pieces) await adminChat.send(piece);
  await expect.poll(updates).toBe(before + pieces.length);
}

/** What the clock does by itself, three seconds later. */
async function later() {
  shop!.clock.advance(4000);
  await shop!.store.takeAnswers();
}

const message = (id: number, text: string, more: object = {}) => ({
  ...{ message_id: id, date: 1_700_000_000, chat: { id: 1, type: 'private' as const, first_name: 'A' } },
  ...{ text, ...more },
});
const whole = (...pieces: ReturnType<typeof message>[]) => {
  let all: ReturnType<typeof withPiece>;
  for (const piece of pieces) all = withPiece(all, piece);
  return joined(all!);
};

test('pieces are joined in the order in which they were sent, with what the cut took away', () => {
  const list = lines(300).join('\n');
  const prose = 'kata '.repeat(2000).trim();
  const solid = 'x'.repeat(10_000);
  for (const text of [list, prose, solid]) {
    const pieces = cut(text).map((piece, index) => message(index + 1, piece));
    expect(pieces.length).toBeGreaterThan(2);
    expect(whole(...pieces).text).toBe(text);
    expect(whole(...pieces.toReversed()).text).toBe(text);
  }
});

test('formatting keeps its place', () => {
  const bold = { entities: [{ type: 'bold', offset: 2, length: 3 }] };
  const text = whole(message(1, 'y'.repeat(LIMIT), bold), message(2, 'abcdef', bold));
  expect(text.entities).toEqual([bold.entities[0], { type: 'bold', offset: LIMIT + 2, length: 3 }]);
});

test('what is sent minutes later is another answer', () => {
  const first = withPiece(undefined, message(1, 'x'.repeat(4000)));
  expect(withPiece(first, { ...message(2, 'y'), date: 1_700_000_060 })).toBeUndefined();
});

test.each(['polling', 'webhook'] as const)('a list of goods that the app cut is one answer (%s)', async (mode) => {
  const at = await openShop(mode);
  const product = await at.product({ contents: [] });
  await tapData(`prd:restock:${product}`, 'Isi Stok');
  const list = ['#massal', ...lines(300)].join('\n');
  const pieces = cut(list);
  expect(pieces.length).toBeGreaterThan(2);
  const mark = await adminChat.mark();
  await paste(pieces);
  expect((await held())[0]!.held).not.toContain('akun');
  await at.store.takeAnswers();
  expect((await stock())[0]!.count).toBe(0);
  await later();
  await adminChat.waitFor('300 isi ditambahkan', { since: mark });
  expect((await stock())[0]!.count).toBe(300);
  expect(await held()).toEqual([]);
});

test('an answer that is too long is refused once, and its tail is no answer', async () => {
  const at = await openShop();
  const product = await at.product({ contents: [] });
  await tapData(`snkd:edit:${product}`, 'SNK');
  const mark = await adminChat.mark();
  await paste(cut('Dilarang keras. '.repeat(300)));
  await later();
  await adminChat.waitFor('kepanjangan', { since: mark });
  await at.store.takeAnswers();
  expect((await adminChat.messages(mark)).filter(({ from }) => from === 'bot')).toHaveLength(1);
  const [row] = await at.database.db.query<{ terms: string | null }>('SELECT terms FROM products');
  expect(row!.terms).toBeNull();
});

test('a restart loses no piece, and whatever else is done completes the answer', async () => {
  const at = await openShop();
  const product = await at.product({ contents: [] });
  await tapData(`prd:restock:${product}`, 'Isi Stok');
  await paste([`#massal\n${lines(120).join('\n')}`.slice(0, 4000)]);
  expect(await held()).toHaveLength(1);
  await at.restart();
  const mark = await adminChat.mark();
  await adminChat.tapData(`prd:product:${product}`, { force: true });
  await adminChat.waitFor('isi ditambahkan', { since: mark });
  expect((await stock())[0]!.count).toBeGreaterThan(80);
});

test('"batal" drops the pieces', async () => {
  const at = await openShop();
  const product = await at.product({ contents: [] });
  await tapData(`prd:restock:${product}`, 'Isi Stok');
  await adminChat.send('x'.repeat(4000));
  await adminChat.send('batal');
  await adminChat.waitFor('Dibatalkan');
  await later();
  expect((await stock())[0]!.count).toBe(0);
});
