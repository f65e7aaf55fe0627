import type { Rupiah } from '../../../../../kernel/money.ts';

const UNITS = [
  { size: 1_000_000_000, name: 'M' },
  { size: 1_000_000, name: 'jt' },
  { size: 1000, name: 'rb' },
] as const;

/** An amount as an axis has room for it: `Rp850 rb`, `Rp1,2 jt`, `Rp3 M`. */
export function shortRupiah(amount: Rupiah): string {
  // From 999,950 on, a decimal rounds up to the next unit.
  const unit = UNITS.find((each) => amount >= each.size * 0.99995);
  if (!unit) return `Rp${amount}`;
  return `Rp${(amount / unit.size).toLocaleString('id-ID', { maximumFractionDigits: 1 })} ${unit.name}`;
}
