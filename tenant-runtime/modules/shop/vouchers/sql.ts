import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { CountedVoucher, VoucherDraft } from './schema.ts';

/** A use counts while its order carries it. Days come as text: they belong to no zone. */
const COLUMNS = `v.id, v.code, v.kind, v.value, v.max_uses AS "maxUses", v.starts_on::text AS "startsOn",
  v.ends_on::text AS "endsOn", v.active, v.created_at AS "createdAt",
  (SELECT count(*) FROM voucher_uses u WHERE u.voucher_id = v.id AND u.given_back_at IS NULL) AS uses`;

/** The unpaid order of customer $1 that carries the voucher. */
const OPEN_ORDER = `(SELECT o.ref FROM voucher_uses u JOIN orders o ON o.id = u.order_id
  WHERE u.voucher_id = v.id AND u.user_id = $1 AND u.given_back_at IS NULL AND o.status = 'awaiting_payment' LIMIT 1) AS "openOrder"`;

/** The order of customer $1 that ended and still carries the voucher. */
const CLOSING_ORDER = `(SELECT o.ref FROM voucher_uses u JOIN orders o ON o.id = u.order_id
  WHERE u.voucher_id = v.id AND u.user_id = $1 AND u.given_back_at IS NULL
    AND o.status IN ('expired', 'cancelled') LIMIT 1) AS "closingOrder"`;

/** A voucher as one customer meets it. */
export type MetVoucher = CountedVoucher & { openOrder: string | null; closingOrder: string | null };

export async function voucherByCode(on: Queryable, userId: number, code: string): Promise<MetVoucher | undefined> {
  const [row] = await on.query<MetVoucher>(
    `SELECT ${COLUMNS}, ${OPEN_ORDER}, ${CLOSING_ORDER} FROM vouchers v WHERE v.code = $2`,
    [userId, code],
  );
  return row;
}

export async function voucherInCart(on: Queryable, userId: number): Promise<MetVoucher | undefined> {
  const [row] = await on.query<MetVoucher>(
    `SELECT ${COLUMNS}, ${OPEN_ORDER}, ${CLOSING_ORDER} FROM cart_vouchers c JOIN vouchers v ON v.id = c.voucher_id WHERE c.user_id = $1`,
    [userId],
  );
  return row;
}

/** Uses of one voucher are taken one after the other. Count them by another statement: it sees what the wait was for. */
export async function lockVoucherInCart(tx: Tx, userId: number): Promise<boolean> {
  const rows = await tx.query(
    `SELECT v.id FROM cart_vouchers c JOIN vouchers v ON v.id = c.voucher_id
      WHERE c.user_id = $1 FOR NO KEY UPDATE OF v`,
    [userId],
  );
  return rows.length > 0;
}

export async function putInCart(tx: Tx, userId: number, voucherId: number): Promise<void> {
  await tx.query(
    `INSERT INTO cart_vouchers (user_id, voucher_id) VALUES ($1, $2)
     ON CONFLICT (user_id) DO UPDATE SET voucher_id = EXCLUDED.voucher_id`,
    [userId, voucherId],
  );
}

/** Puts the voucher of an order back into its customer's cart, unless another one is there by now. */
export async function putBackInCart(tx: Tx, orderId: number): Promise<void> {
  await tx.query(
    `INSERT INTO cart_vouchers (user_id, voucher_id) SELECT user_id, voucher_id FROM voucher_uses WHERE order_id = $1
     ON CONFLICT (user_id) DO NOTHING`,
    [orderId],
  );
}

export async function takeFromCart(tx: Tx, userId: number): Promise<void> {
  await tx.query('DELETE FROM cart_vouchers WHERE user_id = $1', [userId]);
}

export async function insertUse(
  tx: Tx,
  use: { orderId: number; voucherId: number; userId: number; at: Date },
): Promise<void> {
  await tx.query('INSERT INTO voucher_uses (order_id, voucher_id, user_id, taken_at) VALUES ($1, $2, $3, $4)', [
    use.orderId,
    use.voucherId,
    use.userId,
    use.at,
  ]);
}

/** Sets when the use of an order was given back; null makes it count again. */
export async function setGivenBack(tx: Tx, orderId: number, at: Date | null): Promise<void> {
  await tx.query('UPDATE voucher_uses SET given_back_at = $2 WHERE order_id = $1', [orderId, at]);
}

export async function listVouchers(
  on: Queryable,
  window: { limit: number; offset: number },
): Promise<(CountedVoucher & { total: number })[]> {
  return on.query(
    `SELECT ${COLUMNS}, count(*) OVER () AS total FROM vouchers v ORDER BY v.active DESC, v.id DESC LIMIT $1 OFFSET $2`,
    [window.limit, window.offset],
  );
}

export async function findVoucher(on: Queryable, id: number): Promise<CountedVoucher | undefined> {
  const [row] = await on.query<CountedVoucher>(`SELECT ${COLUMNS} FROM vouchers v WHERE v.id = $1`, [id]);
  return row;
}

/** What a voucher has taken off the orders that carry it. */
export async function discountGiven(on: Queryable, id: number): Promise<number> {
  const [row] = await on.query<{ sum: number }>(
    `SELECT coalesce(sum(o.discount), 0)::bigint AS sum FROM voucher_uses u JOIN orders o ON o.id = u.order_id
      WHERE u.voucher_id = $1 AND u.given_back_at IS NULL`,
    [id],
  );
  return row!.sum;
}

/** Which of these codes exist. In a change of the configuration nobody else makes one meanwhile. */
export async function takenCodes(tx: Tx, codes: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ code: string }>('SELECT code FROM vouchers WHERE code = ANY($1)', [codes]);
  return new Set(rows.map((row) => row.code));
}

export async function insertVoucher(tx: Tx, draft: VoucherDraft, at: Date): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO vouchers (code, kind, value, max_uses, starts_on, ends_on, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [draft.code, draft.kind, draft.value, draft.maxUses, draft.startsOn, draft.endsOn, at],
  );
  return row!.id;
}

/** Switches a voucher. Its code, or nothing when it already is so, or is not there. */
export async function setActive(tx: Tx, id: number, active: boolean): Promise<string | undefined> {
  const [row] = await tx.query<{ code: string }>(
    'UPDATE vouchers SET active = $2 WHERE id = $1 AND active <> $2 RETURNING code',
    [id, active],
  );
  return row?.code;
}
