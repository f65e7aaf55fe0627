import { z } from 'zod';
import type { Rupiah } from '../../../kernel/money.ts';
import type { Subject } from './payable.ts';

export type PaymentStatus = 'creating' | 'pending' | 'completed' | 'expired' | 'cancelled' | 'failed';

export type Payment = {
  id: number;
  ref: string;
  subject: Subject;
  userId: number;
  amount: Rupiah;
  fee: Rupiah | null;
  totalPayment: Rupiah | null;
  paymentNumber: string | null;
  status: PaymentStatus;
  createdAt: Date;
  expiresAt: Date;
  completedAt: Date | null;
  invoiceMessageId: number | null;
  invoiceClosedAt: Date | null;
  /** When the message that says that the invoice is loading went away. */
  placeholderGoneAt: Date | null;
};

/** What Pakasir posts. Anyone can: it is a hint, and only says which transaction to ask about. */
export const PaymentWebhook = z.object({
  amount: z.coerce.number().int(),
  order_id: z.string().regex(/^[\w-]{1,64}$/),
  project: z.string().max(128),
  status: z.string().max(32),
});
export type PaymentWebhook = z.infer<typeof PaymentWebhook>;
