import type { Queryable } from '../../../../kernel/db.ts';
import type { Gateway, WebhookRequest } from '../../../gateway/index.ts';
import type { Payment } from './schema.ts';
import type { Payments } from './service.ts';

export type WebhookResult =
  | 'settled'
  | 'already'
  | 'pending'
  | 'unknown'
  | 'mismatch'
  | 'forged'
  | 'malformed'
  | 'unanswered';

/** HTTP status per result. Anything but 2xx makes the gateway send it again, where that helps. */
export const WEBHOOK_STATUS: Record<WebhookResult, number> = {
  settled: 200,
  already: 200,
  pending: 202,
  unknown: 404,
  mismatch: 400,
  malformed: 400,
  forged: 401,
  unanswered: 503,
};

/**
 * Takes a payment webhook. It is a hint: anyone can post one. It says which transaction to ask the gateway about, and
 * only the gateway's answer settles an order (rule 4).
 */
export function createPaymentWebhook(deps: {
  db: Queryable;
  payments: Payments;
  gateway: Pick<Gateway, 'webhook'>;
  /** Somebody posted what the gateway would not: the owner must know. */
  onSuspicious(what: 'forged' | 'mismatch'): Promise<void>;
}): (request: WebhookRequest) => Promise<WebhookResult> {
  const { payments, gateway } = deps;

  async function ask(payment: Payment, transactionId: string): Promise<WebhookResult> {
    const result = await payments.check(payment, 'webhook', transactionId);
    switch (result.kind) {
      case 'settled':
        return result.settlement.kind === 'already' || result.settlement.kind === 'same_money' ? 'already' : 'settled';
      case 'unreachable':
        return 'unanswered';
      case 'mismatch':
        return 'mismatch';
      case 'ended':
        // Money may have come late: only the gateway can say that it has not.
        return result.answered ? 'pending' : 'unanswered';
      case 'pending':
        return 'pending';
    }
  }

  return async (request) => {
    const reading = gateway.webhook.read(request);
    if (reading.kind === 'forged') await deps.onSuspicious('forged');
    if (reading.kind !== 'hint') return reading.kind;
    const { ref, transactionId, amount } = reading.hint;
    const payment = await payments.find(deps.db, ref);
    if (!payment) return 'unknown';
    const disagrees =
      (payment.transactionId ?? transactionId) !== transactionId || (amount ?? payment.amount) !== payment.amount;
    const result = disagrees ? 'mismatch' : await ask(payment, transactionId);
    // What the gateway says of the payment's own transaction is told where it is asked.
    if (result === 'mismatch' && (disagrees || payment.transactionId === null)) await deps.onSuspicious('mismatch');
    return result;
  };
}
