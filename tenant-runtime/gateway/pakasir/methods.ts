import type { GatewayMethod } from '../gateway.ts';

const account = (id: string, label: string): GatewayMethod => ({
  id,
  kind: 'account',
  label: `${label} Virtual Account`,
  min: 10_000,
  max: 50_000_000,
});

/** As pakasir.com/p/create-transaction lists them, read November 2026. */
export const METHODS: readonly [GatewayMethod, ...GatewayMethod[]] = [
  { id: 'qris', kind: 'qr', label: 'QRIS', min: 500, max: 10_000_000 },
  { id: 'payment_link', kind: 'link', label: 'Halaman Pembayaran', min: 500, max: 50_000_000 },
  account('bri_va', 'BRI'),
  account('bni_va', 'BNI'),
  account('cimb_niaga_va', 'CIMB Niaga'),
  account('permata_va', 'Permata'),
  account('maybank_va', 'Maybank'),
  account('bnc_va', 'BNC'),
  account('artha_graha_va', 'Artha Graha'),
  account('sampoerna_va', 'Sampoerna'),
];
