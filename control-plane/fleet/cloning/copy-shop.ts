import { createDb, type Db } from '../../../kernel/db.ts';
import { beginReading, hasAnything, insertRows, type Row, selectColumns, selectRows } from './sql.ts';
import { COPIED, type CopiedTable } from './tables.ts';

const TABLES = Object.keys(COPIED) as CopiedTable[];

/** Connections to one store's database, for as long as `work` takes. */
export async function withDatabase<T>(connectionString: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = createDb({ connectionString, max: 1, applicationName: 'lapak-clone', statementTimeoutMillis: 60_000 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

type Kept = { table: CopiedTable; columns: string[]; rows: Row[] };

/** One state of everything that is copied; the shop may be selling meanwhile. */
function readShop(source: Db): Promise<Kept[]> {
  return source.tx(async (tx) => {
    await beginReading(tx);
    const shop: Kept[] = [];
    for (const table of TABLES) {
      const columns = await selectColumns(tx, table);
      if (columns.length > 0) shop.push({ table, columns, rows: await selectRows(tx, table, columns) });
    }
    return shop;
  });
}

/**
 * Copies what a shop has set into an empty one, whole or not at all; one that holds something already is left as it is.
 * `by` counts as who set it there.
 * @returns how many rows of each table; undefined when there was nothing to do
 */
export async function copyShop(
  source: Db,
  target: Db,
  by: number,
): Promise<Partial<Record<CopiedTable, number>> | undefined> {
  const shop = await readShop(source);
  return target.tx(async (tx) => {
    if (await hasAnything(tx)) return undefined;
    for (const { table, columns, rows } of shop) {
      const there = await selectColumns(tx, table);
      const both = columns.filter((column) => there.includes(column));
      const own = rows.map((row) => ('updated_by' in row ? { ...row, updated_by: by } : row));
      if (rows.length > 0) await insertRows(tx, table, both, own);
    }
    return Object.fromEntries(shop.map(({ table, rows }) => [table, rows.length]));
  });
}
