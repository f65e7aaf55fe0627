import { type Api, InputFile } from 'grammy';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Db } from '../../../../kernel/db.ts';
import type { Log } from '../../../../kernel/log.ts';
import { attempt } from '../../../bot/telegram.ts';
import { captionOf, failed, fileName, type Wish, words } from './copy.ts';
import { BOM, type Cell, csvLine } from './csv.ts';
import { countRows, LEDGER_COLUMNS, ledgerRows, ORDER_COLUMNS, orderRows, type Row, type Window } from './sql.ts';

export type Exports = {
  /**
   * Sends a table to a chat, once, a file at a time; a person who misses it asks again. However long the table is, only a page
   * of it is in memory.
   */
  send(chatId: number, wish: Wish): void;
};

const PAGE = 500;
/** A file that Telegram has taken before a call to it times out; a longer table becomes several. */
const MOST_BYTES = 4 * 1024 * 1024;
const DAY_MS = 86_400_000;

/** Columns that hold a word of ours, which people read in their language. */
const TABLES = {
  orders: { table: 'orders', columns: ORDER_COLUMNS, rows: orderRows, ours: ['Status', 'Metode'] },
  ledger: { table: 'ledger_entries', columns: LEDGER_COLUMNS, rows: ledgerRows, ours: ['Jenis'] },
} as const satisfies Record<
  Wish['what'],
  {
    table: Parameters<typeof countRows>[1];
    columns: readonly string[];
    rows(on: Db, of: Window): Promise<Row[]>;
    ours: readonly string[];
  }
>;

export function createExports(deps: {
  db: Db;
  api: Api;
  store: string;
  timeZone: string;
  clock: Clock;
  log: Log;
}): Exports {
  const { db, api, timeZone } = deps;

  async function sendAll(chatId: number, wish: Wish): Promise<void> {
    const { table, columns, rows, ours } = TABLES[wish.what];
    const since = wish.days === 0 ? null : new Date(deps.clock.now().getTime() - wish.days * DAY_MS);
    const total = await countRows(db, table, since);
    const names: readonly string[] = columns;
    const translated = new Set<number>(ours.map((name) => names.indexOf(name)));
    const cursor = { after: 0, ended: false };

    const read = ({ cells }: Row): Cell[] =>
      cells.map((cell, index) => (translated.has(index) ? words(String(cell)) : cell));

    /** One file: pages from where the last one ended. */
    async function* part(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(BOM + csvLine(columns));
      for (let bytes = 0; bytes < MOST_BYTES && !cursor.ended; ) {
        const page = await rows(db, { since, after: cursor.after, limit: PAGE, timeZone });
        cursor.after = page.at(-1)?.id ?? cursor.after;
        cursor.ended = page.length < PAGE;
        const chunk = Buffer.from(page.map((row) => csvLine(read(row))).join(''));
        bytes += chunk.length;
        if (chunk.length > 0) yield chunk;
      }
    }

    for (let nth = 1; !cursor.ended; nth += 1) {
      const file = new InputFile(part(), fileName(deps.store, wish, nth));
      const caption = captionOf(wish, total, nth);
      const outcome = await attempt(() => api.sendDocument(chatId, file, { caption, parse_mode: 'HTML' }));
      if (outcome.kind === 'ok') continue;
      deps.log.warn({ outcome, what: wish.what, nth }, 'an export was not taken by Telegram');
      await attempt(() => api.sendMessage(chatId, failed(wish, nth), { parse_mode: 'HTML' }));
      return;
    }
  }

  return {
    send(chatId, wish) {
      sendAll(chatId, wish).catch((err) => deps.log.error({ err, what: wish.what }, 'an export could not be sent'));
    },
  };
}
