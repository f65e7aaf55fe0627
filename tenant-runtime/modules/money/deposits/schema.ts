import { z } from 'zod';
import type { Rupiah } from '../../../../kernel/money.ts';

const DEPOSIT_STATUSES = ['awaiting_payment', 'awaiting_review', 'paid', 'expired', 'cancelled', 'refused'] as const;
export type DepositStatus = (typeof DEPOSIT_STATUSES)[number];

/** A transfer by hand, or a method of the gateway. */
export type DepositMethod = string;
export const MANUAL = 'manual';

export type Deposit = {
  id: number;
  /** The id that people see, and the order id at the gateway: `dp<telegram id>-<random>`. */
  ref: string;
  userId: number;
  method: DepositMethod;
  /** Paid, or to be paid, without money: the store tries its payments. */
  sandbox: boolean;
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

export type Limits = { min: Rupiah; max: Rupiah };

const LEAST: Rupiah = 10_000;
export const MANUAL_LIMITS: Limits = { min: LEAST, max: 100_000_000 };

/** What can be deposited at once by a method of the gateway. */
export const limitsOf = (method: Limits): Limits => ({ min: Math.max(LEAST, method.min), max: method.max });

export const QUICK_AMOUNTS: readonly Rupiah[] = [10_000, 25_000, 50_000, 100_000, 200_000, 500_000];
