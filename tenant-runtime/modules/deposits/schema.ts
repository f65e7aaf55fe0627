import { z } from 'zod';
import type { Rupiah } from '../../../kernel/money.ts';

export const DEPOSIT_STATUSES = [
  'awaiting_payment',
  'awaiting_review',
  'paid',
  'expired',
  'cancelled',
  'refused',
] as const;
export type DepositStatus = (typeof DEPOSIT_STATUSES)[number];

export type DepositMethod = 'qris' | 'manual';

export type Deposit = {
  id: number;
  /** The id that people see, and the order id at the gateway: `dp<telegram id>-<random>`. */
  ref: string;
  userId: number;
  method: DepositMethod;
  amount: Rupiah;
  status: DepositStatus;
  settledBy: string | null;
  note: string | null;
  closedReason: string | null;
  messageId: number;
  createdAt: Date;
  paidAt: Date | null;
  closedAt: Date | null;
};

/** What a customer shows of a transfer: words, a photo (Telegram's file id) or a picture sent as a file, or both. */
export const Proof = z.object({
  text: z.string().nullable(),
  photo: z.string().nullable(),
  document: z.string().optional(),
});
export type Proof = z.infer<typeof Proof>;

/** QRIS takes ten million in one payment at most. */
export const LIMITS: Record<DepositMethod, { min: Rupiah; max: Rupiah }> = {
  qris: { min: 10_000, max: 10_000_000 },
  manual: { min: 10_000, max: 100_000_000 },
};

export const QUICK_AMOUNTS: readonly Rupiah[] = [10_000, 25_000, 50_000, 100_000, 200_000, 500_000];
