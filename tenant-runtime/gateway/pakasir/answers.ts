import { z } from 'zod';
import type { Rupiah } from '../../../kernel/money.ts';
import type { GatewayTransaction, Invoice, MethodKind, TransactionStatus } from '../gateway.ts';

/** Whole rupiah, also as text. */
const amount = z
  .union([z.int(), z.string().regex(/^\s*\d{1,15}(\.0+)?\s*$/)])
  .transform(Number)
  .pipe(z.int());
/** An id, also as a number. */
const id = z
  .union([z.string(), z.int()])
  .transform((value) => String(value).trim())
  .pipe(z.string().regex(/^[\w.:-]{1,128}$/));

/** What settles nothing: anything may stand there, or nothing. */
const anything = z.unknown().optional();

const Loose = z.object({
  fee: anything,
  total_payment: anything,
  expired_at: anything,
  completed_at: anything,
  is_sandbox: anything,
  status: anything,
  qr_string: anything,
  va_number: anything,
});

const Created = Loose.extend({ txn_id: id, project: z.string(), order_id: id, amount });
const CreatedLink = z.object({ txn_id: id, payment_link: z.url({ protocol: /^https?$/ }) });
const Transaction = Loose.extend({ txn_id: id.optional(), order_id: id, amount });
const Hint = z.object({ txn_id: id, order_id: id.pipe(z.string().max(64)), amount: anything });

/** The transaction of a create, and what it is about. Undefined when it cannot be read. */
export function readCreated(
  body: unknown,
  kind: Exclude<MethodKind, 'link'>,
): (Invoice & { project: string; ref: string; amount: Rupiah; status: TransactionStatus }) | undefined {
  const created = Created.safeParse(body).data;
  const number = textOf(kind === 'qr' ? created?.qr_string : created?.va_number);
  if (!created || number === undefined) return undefined;
  return {
    transactionId: created.txn_id,
    project: created.project,
    ref: created.order_id,
    amount: created.amount,
    fee: rupiahOf(created.fee),
    totalPayment: rupiahOf(created.total_payment),
    paymentNumber: number,
    expiresAt: timeOf(created.expired_at),
    sandbox: isSandbox(created.is_sandbox),
    status: statusOf(created.status),
  };
}

/** The page that a create made; what it is about must be asked for. Undefined when it cannot be read. */
export function readCreatedLink(body: unknown): { transactionId: string; link: string } | undefined {
  const created = CreatedLink.safeParse(body).data;
  return created && { transactionId: created.txn_id, link: created.payment_link };
}

export function readTransaction(body: unknown, asked: string): GatewayTransaction | undefined {
  const found = Transaction.safeParse(body).data;
  if (!found) return undefined;
  return {
    transactionId: found.txn_id ?? asked,
    ref: found.order_id,
    amount: found.amount,
    status: statusOf(found.status),
    sandbox: isSandbox(found.is_sandbox),
    completedAt: timeOf(found.completed_at),
  };
}

export function readHint(
  body: unknown,
): { ref: string; transactionId: string; amount: Rupiah | undefined } | undefined {
  const hint = Hint.safeParse(body).data;
  return hint && { ref: hint.order_id, transactionId: hint.txn_id, amount: rupiahOf(hint.amount) };
}

export const readFees = (body: unknown): Map<string, Rupiah> | undefined => {
  const fees = z.record(z.string(), z.unknown()).safeParse(body).data;
  if (!fees) return undefined;
  return new Map(
    Object.entries(fees).flatMap(([method, fee]) => {
      const read = rupiahOf(fee);
      return read === undefined ? [] : [[method, read] as const];
    }),
  );
};

const rupiahOf = (value: unknown): Rupiah | undefined => amount.safeParse(value).data;

const textOf = (value: unknown): string | undefined =>
  z
    .union([z.string(), z.int()])
    .transform((text) => String(text).trim())
    .pipe(z.string().min(1).max(2000))
    .safeParse(value).data;

/** Only this very word settles; whatever is not known yet is waited for. */
function statusOf(value: unknown): TransactionStatus {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (word === 'completed') return 'completed';
  return word === 'canceled' || word === 'cancelled' ? 'cancelled' : 'pending';
}

/** Anything but a plain no counts as one: goods are not given away because of a word that we do not know. */
const isSandbox = (value: unknown): boolean =>
  !(value === undefined || value === null || ['false', '0', ''].includes(String(value).trim().toLowerCase()));

/** RFC 3339 with nanoseconds, of which JavaScript keeps milliseconds. */
function timeOf(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined;
  const time = new Date(value.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(time.getTime()) ? undefined : time;
}
