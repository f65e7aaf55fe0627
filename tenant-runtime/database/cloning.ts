import type { Db } from '../../kernel/db.ts';
import { CLONED_TABLES, type ClonedTable } from './cloned-tables.ts';
import { beginReading, hasAnything, insertRows, type Row, selectColumns, selectRows } from './sql-cloning.ts';

const TABLES = Object.keys(CLONED_TABLES) as ClonedTable[];

type TableContent = { table: ClonedTable; columns: string[]; rows: Row[] };

/** One state of everything that is copied; the shop may be selling meanwhile. */
function readShop(source: Db): Promise<TableContent[]> {
  return source.tx(async (tx) => {
    await beginReading(tx);
    const shop: TableContent[] = [];
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
 * @throws AppError TENANT_STATE_CONFLICT when the shop has more than a clone takes
 */
export async function copyShop(
  source: Db,
  target: Db,
  by: number,
): Promise<Partial<Record<ClonedTable, number>> | undefined> {
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
