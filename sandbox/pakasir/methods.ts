import type { Rupiah } from '../../kernel/money.ts';

const VIRTUAL_ACCOUNT = { least: 10_000, most: 50_000_000 };

/** The methods that Pakasir documents, each with the amounts that it takes, in whole rupiah. */
export const PAYMENT_METHODS = {
  payment_link: { least: 500, most: 50_000_000 },
  qris: { least: 500, most: 10_000_000 },
  bri_va: VIRTUAL_ACCOUNT,
  bni_va: VIRTUAL_ACCOUNT,
  cimb_niaga_va: VIRTUAL_ACCOUNT,
  permata_va: VIRTUAL_ACCOUNT,
  maybank_va: VIRTUAL_ACCOUNT,
  bnc_va: VIRTUAL_ACCOUNT,
  artha_graha_va: VIRTUAL_ACCOUNT,
  sampoerna_va: VIRTUAL_ACCOUNT,
} as const;

export type PaymentMethod = keyof typeof PAYMENT_METHODS;

const VIRTUAL_ACCOUNT_FEE = 3500;
/** Up to here QRIS costs a share and a fixed part, above it a greater share alone. */
const QRIS_SMALL = 105_000;

/** What Pakasir takes for a payment of `amount`. A payment link costs what the way of paying costs that its page offers. */
export function feeOf(method: PaymentMethod, amount: Rupiah): Rupiah {
  return isPaidByQris(method, amount) ? qrisFee(amount) : VIRTUAL_ACCOUNT_FEE;
}

/** Whether the customer scans a code; the others transfer to a number. A payment link shows a code where QRIS takes the amount. */
export const isPaidByQris = (method: PaymentMethod, amount: Rupiah): boolean =>
  method === 'qris' || (method === 'payment_link' && amount <= PAYMENT_METHODS.qris.most);

/** The fees of all methods for one amount, as the public calculator answers them. */
export function feesOf(amount: Rupiah): Record<string, Rupiah> {
  const methods = Object.keys(PAYMENT_METHODS).filter(isPaymentMethod);
  return Object.fromEntries(
    methods.flatMap((method) => (method === 'payment_link' ? [] : [[method, feeOf(method, amount)]])),
  );
}

const qrisFee = (amount: Rupiah): Rupiah =>
  amount <= QRIS_SMALL ? dividedUp(amount * 7, 1000) + 310 : dividedUp(amount, 100);

/** Whole division, rounded up. */
const dividedUp = (amount: number, by: number): number => (amount - (amount % by)) / by + (amount % by > 0 ? 1 : 0);

export const isPaymentMethod = (name: string): name is PaymentMethod => Object.hasOwn(PAYMENT_METHODS, name);
