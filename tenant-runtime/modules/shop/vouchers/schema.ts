import type { Rupiah } from '../../../../kernel/money.ts';

export type VoucherDraft = {
  /** In capitals. */
  code: string;
  /** `value` is 1 to 100 percent, or whole rupiah. */
  kind: 'percent' | 'rupiah';
  value: number;
  maxUses: number;
  /** First and last day it holds, `YYYY-MM-DD` in the store's zone; null leaves that side open. */
  startsOn: string | null;
  endsOn: string | null;
};

export type Voucher = VoucherDraft & { id: number; active: boolean; createdAt: Date };

/** A voucher, and how many orders carry it. */
export type CountedVoucher = Voucher & { uses: number };

/** Why a code takes nothing off. */
export type Refusal =
  | { kind: 'unknown' }
  | { kind: 'inactive' }
  | { kind: 'not_yet'; startsOn: string }
  | { kind: 'expired'; endsOn: string }
  | { kind: 'exhausted' }
  /** The customer has an unpaid order that carries it. */
  | { kind: 'in_open_order'; ref: string }
  /** The customer has dropped an order that carries it, and the gateway has yet to confirm that it was not paid. */
  | { kind: 'being_released'; ref: string }
  /** So few percent of so little that nothing comes off. */
  | { kind: 'no_effect' };

/** Why nobody may use a voucher today. */
export type Closed = Extract<Refusal, { kind: 'inactive' | 'not_yet' | 'expired' | 'exhausted' }>;

/** What the voucher in a cart does to a subtotal. */
export type Quote =
  | { kind: 'none' }
  | { kind: 'applied'; voucher: Voucher; discount: Rupiah }
  /** It was in the cart and holds no longer. */
  | { kind: 'fell'; code: string; refusal: Refusal };

/** The largest number of uses that a voucher is given. */
export const MAX_USES = 100_000;
