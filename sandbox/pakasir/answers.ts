import type { FaultView } from '../faults/rules.ts';
import type { Transaction } from './types.ts';

/** What `create` answers. `link` is the address of the customer's page. */
export function createdAnswer(transaction: Transaction, link: string): Record<string, unknown> {
  if (transaction.method === 'payment_link') return { txn_id: transaction.txnId, payment_link: link };
  return {
    txn_id: transaction.txnId,
    project: transaction.project,
    order_id: transaction.orderId,
    amount: transaction.amount,
    fee: transaction.fee,
    total_payment: transaction.total,
    payment_method: transaction.method,
    qr_string: transaction.qrString,
    va_number: transaction.vaNumber,
    expired_at: transaction.expiredAt,
    is_sandbox: transaction.sandbox,
    status: transaction.status,
    completed_at: transaction.completedAt ?? null,
  };
}

/** What `status` answers, and what a webhook says. */
export const statusAnswer = (transaction: Transaction): Record<string, unknown> => ({
  txn_id: transaction.txnId,
  order_id: transaction.orderId,
  amount: transaction.amount,
  is_sandbox: transaction.sandbox,
  status: transaction.status,
  completed_at: transaction.completedAt ?? null,
});

/** What differs from the truth in an answer or a webhook. */
export type Patch = { [Field in 'changes' | 'without' | 'spelled']?: FaultView[Field] };

/** A true body with what a patch makes of it: other values, more fields, fields that are not there, other spellings. */
export function patched(body: unknown, { changes, without, spelled }: Patch): unknown {
  const all = Object.entries({ ...(body as Record<string, unknown>), ...changes });
  const told = all.filter(([name]) => !without?.includes(name));
  return Object.fromEntries(told.map(([name, value]) => [name, spell(value, spelled?.[name])]));
}

function spell(value: unknown, how: 'text' | 'capitalized' | undefined): unknown {
  if (how === undefined || value === null) return value;
  const text = String(value);
  return how === 'text' ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
