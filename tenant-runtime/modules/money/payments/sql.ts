import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Subject } from './payable.ts';
import type { Payment, PaymentStatus } from './schema.ts';

const COLUMNS = `id, ref, json_build_object('kind', CASE WHEN order_id IS NULL THEN 'deposit' ELSE 'order' END,
  'id', coalesce(order_id, deposit_id)) AS subject, user_id AS "userId", method, amount, fee, total_payment AS "totalPayment",
  payment_number AS "paymentNumber", transaction_id AS "transactionId", sandbox, absent, checks, status, created_at AS "createdAt", expires_at AS "expiresAt",
  completed_at AS "completedAt", invoice_message_id AS "invoiceMessageId", invoice_closed_at AS "invoiceClosedAt", placeholder_gone_at AS "placeholderGoneAt"`;

/** The column that holds a subject of each kind. */
const COLUMN_OF = { order: 'order_id', deposit: 'deposit_id' } as const;

export async function insertPayment(
  tx: Tx,
  payment: {
    ref: string;
    subject: Subject;
    userId: number;
    gateway: string;
    method: string;
    amount: number;
    at: Date;
    expiresAt: Date;
  },
): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO payments (ref, ${COLUMN_OF[payment.subject.kind]}, user_id, gateway, method, amount, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
    [
      payment.ref,
      payment.subject.id,
      payment.userId,
      payment.gateway,
      payment.method,
      payment.amount,
      payment.at,
      payment.expiresAt,
    ],
  );
  return row!.id;
}

export async function findPayment(on: Queryable, id: number): Promise<Payment | undefined> {
  const [row] = await on.query<Payment>(`SELECT ${COLUMNS} FROM payments WHERE id = $1`, [id]);
  return row;
}

export async function findPaymentByRef(on: Queryable, ref: string): Promise<Payment | undefined> {
  const [row] = await on.query<Payment>(`SELECT ${COLUMNS} FROM payments WHERE ref = $1`, [ref]);
  return row;
}

export async function paymentsOf(on: Queryable, { kind, id }: Subject): Promise<Payment[]> {
  return on.query<Payment>(`SELECT ${COLUMNS} FROM payments WHERE ${COLUMN_OF[kind]} = $1 ORDER BY id`, [id]);
}

/**
 * Records the transaction that the gateway made and what it asks for. A payment that ended meanwhile stays ended, and is
 * taken back by its transaction.
 */
export async function setInvoice(
  tx: Tx,
  id: number,
  invoice: {
    transactionId: string;
    sandbox: boolean;
    fee: number | undefined;
    totalPayment: number | undefined;
    paymentNumber: string;
    expiresAt: Date;
  },
  nextCheckAt: Date,
): Promise<void> {
  await tx.query(
    `UPDATE payments SET transaction_id = $2, sandbox = $3, fee = $4, total_payment = $5, payment_number = $6,
            expires_at = CASE WHEN status = 'creating' THEN $7 ELSE expires_at END,
            next_check_at = CASE WHEN status = 'creating' THEN $8 ELSE next_check_at END,
            status = CASE WHEN status = 'creating' THEN 'pending' ELSE status END
      WHERE id = $1`,
    [
      id,
      invoice.transactionId,
      invoice.sandbox,
      invoice.fee ?? null,
      invoice.totalPayment ?? null,
      invoice.paymentNumber,
      invoice.expiresAt,
      nextCheckAt,
    ],
  );
}

/** Records the transaction of a payment, found however late. */
export async function setTransaction(
  on: Queryable,
  id: number,
  transaction: { transactionId: string; sandbox: boolean },
): Promise<void> {
  await on.query('UPDATE payments SET transaction_id = $2, sandbox = $3, absent = false WHERE id = $1', [
    id,
    transaction.transactionId,
    transaction.sandbox,
  ]);
}

/** The gateway has made no transaction for it, and will not be asked again. */
export async function setAbsent(on: Queryable, id: number): Promise<void> {
  await on.query('UPDATE payments SET absent = true WHERE id = $1 AND transaction_id IS NULL', [id]);
}

/** Counts a payment once; false when it was counted before. */
export async function setCompleted(
  tx: Tx,
  id: number,
  { at, transactionId, sandbox }: { at: Date; transactionId: string; sandbox: boolean },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE payments SET status = 'completed', completed_at = $2, next_check_at = NULL, transaction_id = $3, sandbox = $4
      WHERE id = $1 AND status <> 'completed' RETURNING id`,
    [id, at, transactionId, sandbox],
  );
  return rows.length > 0;
}

/** Ends payments that did not complete; the gateway is asked once more later, for late money that it may have. */
export async function setEnded(
  tx: Tx,
  { kind, id }: Subject,
  status: Extract<PaymentStatus, 'expired' | 'cancelled' | 'failed'>,
  nextCheckAt: Date,
): Promise<void> {
  await tx.query(
    `UPDATE payments SET status = $2, next_check_at = CASE WHEN NOT absent THEN $3::timestamptz END, checks = 0
      WHERE ${COLUMN_OF[kind]} = $1 AND status IN ('creating', 'pending')`,
    [id, status, nextCheckAt],
  );
}

/** Counts an answer that was lost while the transaction was asked for. */
export async function countLost(on: Queryable, id: number): Promise<void> {
  await on.query(`UPDATE payments SET checks = checks + 1 WHERE id = $1 AND status = 'creating'`, [id]);
}

export async function setNextCheck(on: Queryable, id: number, at: Date | null): Promise<void> {
  await on.query(
    `UPDATE payments SET next_check_at = $2, checks = checks + 1 WHERE id = $1 AND status <> 'completed'`,
    [id, at],
  );
}

/** Payments whose turn has come, oldest first. A payment that awaits its invoice is not among them. */
export async function duePayments(on: Queryable, now: Date, limit: number): Promise<Payment[]> {
  return on.query(`SELECT ${COLUMNS} FROM payments WHERE next_check_at <= $1 ORDER BY next_check_at LIMIT $2`, [
    now,
    limit,
  ]);
}

export async function nextCheckAt(on: Queryable): Promise<Date | null> {
  const [row] = await on.query<{ at: Date | null }>(
    'SELECT min(next_check_at) AS at FROM payments WHERE next_check_at IS NOT NULL',
  );
  return row!.at;
}

export async function setInvoiceMessage(on: Queryable, id: number, messageId: number | null): Promise<void> {
  await on.query('UPDATE payments SET invoice_message_id = $2 WHERE id = $1', [id, messageId]);
}

export async function setPlaceholderGone(on: Queryable, id: number, at: Date): Promise<void> {
  await on.query('UPDATE payments SET placeholder_gone_at = $2 WHERE id = $1', [id, at]);
}

export async function setInvoiceClosed(on: Queryable, id: number, at: Date): Promise<void> {
  await on.query('UPDATE payments SET invoice_closed_at = $2 WHERE id = $1', [id, at]);
}

/** Open payments that the gateway cannot have: those that an older version asked another API for. */
export async function obsoletePayments(on: Queryable): Promise<Payment[]> {
  return on.query(
    `SELECT ${COLUMNS} FROM payments
      WHERE (status IN ('creating', 'pending') AND absent) OR (status = 'pending' AND transaction_id IS NULL) ORDER BY id`,
  );
}

/** Payments whose invoice message is still to be made or closed: what a crash left over. */
export async function unfinishedInvoices(on: Queryable): Promise<number[]> {
  const rows = await on.query<{ id: number }>(
    `SELECT id FROM payments
      WHERE status = 'creating' OR (status = 'pending' AND (invoice_message_id IS NULL OR placeholder_gone_at IS NULL))
         OR (status NOT IN ('creating', 'pending') AND invoice_closed_at IS NULL) ORDER BY id`,
  );
  return rows.map((row) => row.id);
}
