import { constantTimeEqual, hmacSha256Hex } from '../../../kernel/crypto.ts';
import type { Queryable } from '../../../kernel/db.ts';
import type { Payment } from './schema.ts';
import { PaymentWebhook } from './schema.ts';
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
  project: string;
  secret: string | undefined;
  /** Somebody posted what the gateway would not: the owner must know. */
  onSuspicious(what: 'forged' | 'mismatch'): Promise<void>;
}): (body: Buffer, signature: string | undefined) => Promise<WebhookResult> {
  const { payments, secret } = deps;

  function authentic(body: Buffer, signature: string | undefined): boolean {
    return (
      secret === undefined || (signature !== undefined && constantTimeEqual(signature, hmacSha256Hex(secret, body)))
    );
  }

  async function ask(payment: Payment): Promise<WebhookResult> {
    const result = await payments.check(payment, 'webhook');
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

  return async (body, signature) => {
    if (!authentic(body, signature)) {
      await deps.onSuspicious('forged');
      return 'forged';
    }
    const hint = parse(body);
    if (!hint) return 'malformed';
    const payment = await payments.find(deps.db, hint.order_id);
    if (!payment) return 'unknown';
    if (hint.project !== deps.project || hint.amount !== payment.amount) {
      await deps.onSuspicious('mismatch');
      return 'mismatch';
    }
    return ask(payment);
  };
}

function parse(body: Buffer): PaymentWebhook | undefined {
  try {
    return PaymentWebhook.parse(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}
