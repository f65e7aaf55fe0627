/** Payment methods that Pakasir documents, and what it takes for each: a share of the amount plus a fixed part. */
export const PAYMENT_METHODS = {
  qris: { share: 0.007, fixed: 310 },
  cimb_niaga_va: { share: 0, fixed: 3500 },
  bni_va: { share: 0, fixed: 3500 },
  bri_va: { share: 0, fixed: 3500 },
  maybank_va: { share: 0, fixed: 3500 },
  permata_va: { share: 0, fixed: 3500 },
  bnc_va: { share: 0, fixed: 3500 },
  atm_bersama_va: { share: 0, fixed: 3500 },
  sampoerna_va: { share: 0, fixed: 2000 },
  artha_graha_va: { share: 0, fixed: 2000 },
  paypal: { share: 0.01, fixed: 3000 },
} as const satisfies Record<string, { share: number; fixed: number }>;

export type PaymentMethod = keyof typeof PAYMENT_METHODS;

export const isPaymentMethod = (name: string): name is PaymentMethod => Object.hasOwn(PAYMENT_METHODS, name);

/** The fee that a payer carries on top of `amount`, in whole rupiah. */
export function feeOf(method: PaymentMethod, amount: number): number {
  const { share, fixed } = PAYMENT_METHODS[method];
  return Math.round(amount * share) + fixed;
}
