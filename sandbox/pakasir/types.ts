import { z } from 'zod';
import type { PaymentMethod } from './methods.ts';

/** An account at Pakasir. */
export type Project = {
  slug: string;
  apiKey: string;
  name: string;
  webhookUrl: string | undefined;
  /** Signs the webhooks when set. */
  secret: string | undefined;
  /** Off: payments are notified only when the control API says so. */
  notify: boolean;
  /** How long a new payment can be paid. */
  expiryMinutes: number;
};

export type TransactionStatus = 'pending' | 'completed' | 'canceled';

export type Transaction = {
  project: string;
  orderId: string;
  amount: number;
  fee: number;
  total: number;
  method: PaymentMethod;
  number: string;
  status: TransactionStatus;
  createdAt: string;
  expiredAt: string;
  completedAt: string | undefined;
};

/** The body of the three calls that POST. */
export const orderBody = z.object({
  project: z.string().min(1),
  order_id: z.string().min(1).max(100),
  amount: z.int().min(500),
  api_key: z.string().min(1),
});

/** The query of `transactiondetail`. */
export const orderQuery = orderBody.extend({ amount: z.coerce.number().int() });

/** A refusal of Pakasir. */
export class PakasirError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'PakasirError';
    this.status = status;
  }
}
