import { z } from 'zod';
import type { AnswerBounds } from '../../kernel/bounded-client.ts';
import type { Queryable, Tx } from '../../kernel/db.ts';
import { AppError } from '../../kernel/errors.ts';
import { CLONED_TABLES, type ClonedTable } from './cloned-tables.ts';
import { parseRows } from './connection.ts';

export type Row = Record<string, unknown>;

const TABLES = Object.keys(CLONED_TABLES) as ClonedTable[];

/** Makes a transaction see one state of the database throughout, and change nothing. Its first statement. */
export async function beginReading(tx: Tx): Promise<void> {
  await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
}

/** The columns of a table that are copied and that this database has: it may be of an older or a newer version. */
export async function selectColumns(on: Queryable, table: ClonedTable): Promise<string[]> {
  const rows = await on.query<{ column_name: string }>(
    `SELECT column_name::text FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = $1 AND column_name = ANY ($2) ORDER BY ordinal_position`,
    [table, CLONED_TABLES[table].columns],
  );
  return rows.map((row) => row.column_name);
}

/** Far more than a shop has; they are in memory at once. */
const MOST_ROWS = 20_000;
const MIB = 1024 * 1024;
const MOST_BYTES = 16 * MIB;
/** One table comes as one value. */
export const CLONE_BOUNDS: AnswerBounds = { message: MOST_BYTES + 4 * MIB, answer: 32 * MIB };

/**
 * Names of tables and columns are those of our own list. The rows are the store's: they are counted where they lie, and
 * too many of them, or too large ones, never get here.
 * @throws AppError TENANT_STATE_CONFLICT
 */
export async function selectRows(on: Queryable, table: ClonedTable, columns: readonly string[]): Promise<Row[]> {
  const spec: { columns: readonly string[]; where?: string } = CLONED_TABLES[table];
  const [found] = await on.query<{ rows: Row[] | null }>(
    `WITH kept AS MATERIALIZED (SELECT to_jsonb(k) AS row FROM (
       SELECT ${columns.join(', ')} FROM public.${table} ${spec.where ? `WHERE ${spec.where}` : ''} LIMIT $1::int + 1) AS k),
     size AS (SELECT count(*) <= $1::int AND coalesce(sum(octet_length(row::text)), 0) <= $2::bigint AS fits FROM kept)
     SELECT CASE WHEN fits THEN (SELECT coalesce(jsonb_agg(row), '[]') FROM kept) END AS rows FROM size`,
    [MOST_ROWS, MOST_BYTES],
  );
  if (found?.rows) return found.rows;
  throw new AppError(
    'TENANT_STATE_CONFLICT',
    `The store to clone has more in its table ${table} than a clone takes (${MOST_ROWS} rows, ${MOST_BYTES >> 20} MB). Archive or delete there what is not needed, then retry.`,
  );
}

export async function insertRows(tx: Tx, table: ClonedTable, columns: readonly string[], rows: Row[]): Promise<void> {
  await tx.query(
    `INSERT INTO public.${table} (${columns.join(', ')}) ${CLONED_TABLES[table].numbered ? 'OVERRIDING SYSTEM VALUE' : ''}
     SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::public.${table}, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
  if (!CLONED_TABLES[table].numbered) return;
  await tx.query(
    `SELECT setval(pg_get_serial_sequence('public.${table}', 'id'), max(id)) FROM public.${table} HAVING max(id) IS NOT NULL`,
  );
}

/** Whether anything was set in this database: by a copy, or by people since. */
export async function hasAnything(on: Queryable): Promise<boolean> {
  const any = TABLES.map((table) => `EXISTS (SELECT FROM public.${table})`).join(' OR ');
  const [row] = await on.query<{ any: boolean }>(`SELECT ${any} AS any`);
  return row?.any ?? false;
}

const ProductPhoto = z.object({ id: z.int(), code: z.string(), photo: z.string() });
const Product = ProductPhoto.omit({ photo: true });

/** A product and the `file_id` that its photo has for the bot of its store. */
export type ProductPhoto = z.infer<typeof ProductPhoto>;

/** Products for sale that have a photo, by id. */
export async function productPhotos(on: Queryable): Promise<ProductPhoto[]> {
  const rows = await on.query(
    `SELECT id, left(code, 100) AS code, left(photo_file_id, 1000) AS photo FROM public.products
      WHERE octet_length(photo_file_id) <= 1000 AND status <> 'archived' ORDER BY id LIMIT $1`,
    [MOST_ROWS],
  );
  return parseRows('products', ProductPhoto, rows);
}

/** Products for sale that have no photo. */
export async function productsWithoutPhoto(on: Queryable): Promise<{ id: number; code: string }[]> {
  const rows = await on.query(
    `SELECT id, left(code, 100) AS code FROM public.products WHERE photo_file_id IS NULL AND status <> 'archived' LIMIT $1`,
    [MOST_ROWS],
  );
  return parseRows('products', Product, rows);
}

/** Gives a product a photo; one that its seller gave it meanwhile stays. */
export async function setMissingPhoto(on: Queryable, id: number, photo: string): Promise<void> {
  await on.query(
    'UPDATE public.products SET photo_file_id = $2, updated_at = now() WHERE id = $1 AND photo_file_id IS NULL',
    [id, photo],
  );
}
