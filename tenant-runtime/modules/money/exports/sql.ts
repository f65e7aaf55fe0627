import type { Queryable } from '../../../../kernel/db.ts';
import type { Cell } from './csv.ts';

/** A row of an export: its id, by which the next page is found, and its cells in the order of the columns. */
export type Row = { id: number; cells: Cell[] };
export type Window = { since: Date | null; after: number; limit: number; timeZone: string };

const LOCAL = (column: string) => `to_char(${column} AT TIME ZONE $4, 'YYYY-MM-DD HH24:MI:SS')`;

export const ORDER_COLUMNS = [
  'Dibuat',
  'Invoice',
  'Status',
  'Pembeli',
  'Username',
  'ID Telegram',
  'Produk',
  'Jumlah',
  'Subtotal',
  'Kupon',
  'Diskon',
  'Total',
  'Refund',
  'Metode',
  'Dibayar',
  'Dikirim',
  'Catatan',
] as const;

/** Orders with what was bought, oldest first. */
export async function orderRows(on: Queryable, of: Window): Promise<Row[]> {
  return on.query(
    `SELECT o.id, jsonb_build_array(${LOCAL('o.created_at')}, o.ref, o.status, coalesce(u.display_name, u.first_name), u.username,
              u.id::text, l.products, l.quantity, o.subtotal, o.voucher_code, o.discount, o.total, o.refunded, o.method,
              ${LOCAL('o.paid_at')}, ${LOCAL('o.delivered_at')}, o.note) AS cells
       FROM (SELECT * FROM orders WHERE id > $2 AND ($1::timestamptz IS NULL OR created_at >= $1) ORDER BY id LIMIT $3) o
       JOIN users u ON u.id = o.user_id
      CROSS JOIN LATERAL (
        SELECT string_agg(quantity || '× ' || name || ' @ ' || unit_price, ', ' ORDER BY product_id) AS products,
               sum(quantity) AS quantity
          FROM order_lines WHERE order_id = o.id) l
      ORDER BY o.id`,
    [of.since, of.after, of.limit, of.timeZone],
  );
}

export const LEDGER_COLUMNS = [
  'Waktu',
  'ID Telegram',
  'Pelanggan',
  'Jenis',
  'Masuk',
  'Keluar',
  'Catatan',
  'Sumber',
] as const;

/** What moved balances, oldest first. */
export async function ledgerRows(on: Queryable, of: Window): Promise<Row[]> {
  return on.query(
    `SELECT e.id, jsonb_build_array(${LOCAL('e.created_at')}, u.id::text, coalesce(u.display_name, u.first_name), e.kind,
              CASE WHEN e.amount > 0 THEN e.amount END, CASE WHEN e.amount < 0 THEN -e.amount END, e.note, e.source) AS cells
       FROM (SELECT * FROM ledger_entries WHERE id > $2 AND ($1::timestamptz IS NULL OR created_at >= $1)
              ORDER BY id LIMIT $3) e
       JOIN users u ON u.id = e.user_id ORDER BY e.id`,
    [of.since, of.after, of.limit, of.timeZone],
  );
}

export async function countRows(
  on: Queryable,
  table: 'orders' | 'ledger_entries',
  since: Date | null,
): Promise<number> {
  const [row] = await on.query<{ n: number }>(
    `SELECT count(*) AS n FROM ${table} WHERE $1::timestamptz IS NULL OR created_at >= $1`,
    [since],
  );
  return row!.n;
}
