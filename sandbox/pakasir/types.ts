import { z } from 'zod';
import type { PaymentMethod } from './methods.ts';

/** How a webhook says what its body is; the body is JSON either way. */
export const WEBHOOK_CONTENT_TYPES = ['application/json', 'application/x-www-form-urlencoded'] as const;

/** An account at Pakasir. */
export type Project = {
  slug: string;
  apiKey: string;
  name: string;
  webhookUrl: string | undefined;
  /** Sent with the webhooks as `X-Secret` when set. */
  secret: string | undefined;
  webhookContentType: (typeof WEBHOOK_CONTENT_TYPES)[number];
  /** Off: payments are notified only when the control API says so. */
  notify: boolean;
  /** How long a new payment can be paid; a day at most. */
  expiryMinutes: number;
  /** Its payments move no money. */
  sandbox: boolean;
  /** Who pays the fee; the merchant's customers pay the amount alone. */
  feeBearer: 'customer' | 'merchant';
};

export type TransactionStatus = 'pending' | 'completed' | 'canceled';

export type Transaction = {
  txnId: string;
  project: string;
  orderId: string;
  amount: number;
  fee: number;
  total: number;
  method: PaymentMethod;
  /** What a customer scans, or the number to transfer to. */
  qrString: string | null;
  vaNumber: string | null;
  sandbox: boolean;
  status: TransactionStatus;
  createdAt: string;
  expiredAt: string;
  completedAt: string | undefined;
  /** Number of the last event that changed it. */
  changed: number;
};

/** What is asked of `create`, beside the path. */
export const createBody = z.object({ method: z.string().min(1), amount: z.int() });

/** A refusal of Pakasir. */
export class PakasirError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'PakasirError';
    this.status = status;
  }
}
