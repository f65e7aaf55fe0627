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

/** A true body with what a `patch` makes of it: other values, more fields, and fields that are not there. */
export function patched(body: unknown, { changes, without }: Pick<FaultView, 'changes' | 'without'>): unknown {
  const all = { ...(body as Record<string, unknown>), ...changes };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !without?.includes(name)));
}
