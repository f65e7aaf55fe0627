import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatClient } from '../../sandbox/client.ts';
import { BOM, csvLine } from '../../tenant-runtime/modules/money/exports/index.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { inTurns } from '../support/turns.ts';

let shop: TestStore;
let chat: ChatClient;
beforeEach(async () => {
  shop = await startTestStore();
  chat = shop.admin.chatWith(shop.bot);
});
afterEach(() => shop.close());

const { answer, tap } = inTurns(() => ({ shop, chat }));
const query = <R>(text: string) => shop.database.db.query<R>(text);

/** Reads a table as a spreadsheet does. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string;
    if (quoted && char === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (char === '"') quoted = !quoted;
    else if (!quoted && char === ';') {
      rows.at(-1)!.push(cell);
      cell = '';
    } else if (!quoted && char === '\r' && text[at + 1] === '\n') {
      rows.at(-1)!.push(cell);
      cell = '';
      rows.push([]);
      at += 1;
    } else cell += char;
  }
  return rows.slice(0, -1);
}

async function exported(data: string, caption: RegExp): Promise<string[][]> {
  const since = await chat.mark();
  await chat.tapData(data, { force: true });
  const text = (await chat.download(await chat.waitFor(caption, { since }))).toString();
  expect(text.startsWith(BOM)).toBe(true);
  return parse(text.slice(1));
}

test('whatever people type is one cell as they typed it, and none of it is a formula', () => {
  const typed = fc.string({
    unit: fc.constantFrom('=', '+', '-', '@', ';', ',', '"', '\r', '\n', '\t', 'a', '1', '＝'),
  });
  fc.assert(
    fc.property(fc.array(typed, { minLength: 1, maxLength: 5 }), (cells) => {
      const [row = []] = parse(csvLine(cells));
      expect(row.map((cell) => cell.replace(/^'/, ''))).toEqual(cells.map((cell) => cell.replace(/^'/, '')));
      for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r＝]/);
    }),
  );
});

test('a seller exports the orders of a period, opens them in a spreadsheet, and the log says so', async () => {
  await query(
    `INSERT INTO users (id, first_name, username) VALUES (7, '=HYPERLINK("http://jahat")', 'budi'), (8, 'Ani; "x"', NULL)`,
  );
  await query("INSERT INTO products (code, name, price) VALUES ('a', '+Akun', 15000)");
  await query(
    `INSERT INTO orders (ref, user_id, method, status, subtotal, discount, total, checkout_message_id, created_at, paid_at, note)
     VALUES ('tg7-aaa', 7, 'qris', 'delivered', 30000, 0, 30000, 1, now() - interval '2 days', '2026-11-20T17:30:00Z', '-catatan'),
            ('tg8-bbb', 8, 'balance', 'cancelled', 15000, 0, 15000, 1, now() - interval '20 days', NULL, NULL)`,
  );
  await query(`INSERT INTO order_lines SELECT id, 1, '+Akun', 15000, subtotal / 15000 FROM orders`);
  await answer('/admin', 'Admin Settings');
  await tap('📦 Kelola Order', 'Kelola Order');
  await tap('📤 Ekspor CSV', 'Pilih data');
  const week = await exported('exp:send:0:7', /Pesanan, 7 hari terakhir: 1 baris/);
  expect(week).toHaveLength(2);
  const row = Object.fromEntries(week[0]!.map((name, index) => [name, week[1]![index]]));
  expect(row).toMatchObject({
    Invoice: 'tg7-aaa',
    Status: 'terkirim',
    Pembeli: `'=HYPERLINK("http://jahat")`,
    Username: 'budi',
    'ID Telegram': '7',
    Produk: '2× +Akun @ 15000',
    Jumlah: '2',
    Total: '30000',
    Metode: 'QRIS',
    // In the store's own time.
    Dibayar: '2026-11-21 00:30:00',
    Catatan: `'-catatan`,
  });
  const all = await exported('exp:send:0:0', /Pesanan, semua: 2 baris/);
  expect(all.slice(1).map((cells) => [cells[1], cells[3]])).toEqual([
    ['tg7-aaa', `'=HYPERLINK("http://jahat")`],
    ['tg8-bbb', 'Ani; "x"'],
  ]);
  const audit = await query(
    "SELECT actor_id, target, after FROM audit_log WHERE action = 'order.exported' ORDER BY id",
  );
  expect(audit).toEqual([
    { actor_id: shop.admin.id, target: 'export:orders', after: { what: 'orders', period: 7 } },
    { actor_id: shop.admin.id, target: 'export:orders', after: { what: 'orders', period: 'semua' } },
  ]);
});

test('a ledger of tens of thousands of entries comes whole, in order, over several files', async () => {
  await query("INSERT INTO users (id, first_name) VALUES (7, 'Budi')");
  await query(
    `INSERT INTO ledger_entries (user_id, amount, kind, source, note)
     SELECT 7, CASE WHEN n % 2 = 0 THEN -n ELSE n END, 'adjustment', 'uji:' || n, repeat('catatan ', 15)
       FROM generate_series(1, 40000) AS n`,
  );
  await answer('/admin', 'Admin Settings');
  const first = await exported('exp:send:1:30', /Buku Saldo, 30 hari terakhir: 40\.000 baris$/);
  const second = await chat.waitFor('(berkas 2)', { since: 0 });
  const rest = parse((await chat.download(second)).toString().slice(1));
  expect(second.file?.name).toBe('saldo-warung-30hari-2.csv');
  const sources = [...first.slice(1), ...rest.slice(1)].map((cells) => cells[7]);
  expect(sources).toEqual(Array.from({ length: 40_000 }, (_, index) => `uji:${index + 1}`));
  expect(first[1]!.slice(3, 6)).toEqual(['diubah admin', '1', '']);
  expect(first[2]!.slice(3, 6)).toEqual(['diubah admin', '', '2']);
});

test('only staff export', async () => {
  const { chat: customer } = await shop.customer();
  await customer.send('/start');
  await customer.waitFor('Selamat datang');
  await customer.tapData('exp:send:0:0', { force: true });
  await customer.waitForToast('khusus admin');
  expect(await query("SELECT 1 FROM audit_log WHERE action = 'order.exported'")).toEqual([]);
});
