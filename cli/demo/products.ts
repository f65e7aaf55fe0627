import { shortId } from '../../kernel/ids.ts';

export type DemoProduct = {
  code: string;
  name: string;
  price: string;
  description: string;
  /** How many units the seller puts on the shelf. */
  units: number;
  /** One unit of goods, as the customer gets it. */
  unit: () => string;
};

/** What the demo's shop sells. The first is what its customer buys, so there is enough of it for many runs. */
export const DEMO_PRODUCTS: readonly [DemoProduct, ...DemoProduct[]] = [
  {
    code: 'GAME100',
    name: 'Voucher Game 100 Diamond',
    price: 'Rp15.000',
    description: 'Kode voucher, langsung bisa ditukar.',
    units: 100,
    unit: () => `GD100-${shortId(4)}-${shortId(4)}`.toUpperCase(),
  },
  {
    code: 'STREAM1',
    name: 'Akun Streaming 1 Bulan',
    price: '25.000',
    description: 'Akun siap pakai, garansi 30 hari.',
    units: 20,
    unit: () => `akun-${shortId(5)}@contoh.id | ${shortId(10)}`,
  },
  {
    code: 'EBOOK50',
    name: 'E-book 50 Resep Warung',
    price: '10000',
    description: '-',
    units: 20,
    unit: () => `https://contoh.id/resep/${shortId(16)}`,
  },
];
