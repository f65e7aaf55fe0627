import type { Rupiah } from '../../../../kernel/money.ts';
import type { Closed, CountedVoucher, Voucher } from './schema.ts';

/** What a voucher takes off: percent round down to whole rupiah, and nothing takes off more than there is. */
export function discountOf({ kind, value }: Pick<Voucher, 'kind' | 'value'>, subtotal: Rupiah): Rupiah {
  const off = kind === 'percent' ? Math.floor((subtotal * value) / 100) : value;
  return Math.min(off, subtotal);
}

/** Why nobody may use the voucher on this day (`YYYY-MM-DD` in the store's zone), if so. */
export function stateOf(voucher: CountedVoucher, today: string): Closed | undefined {
  const { startsOn, endsOn } = voucher;
  if (!voucher.active) return { kind: 'inactive' };
  if (startsOn !== null && today < startsOn) return { kind: 'not_yet', startsOn };
  if (endsOn !== null && today > endsOn) return { kind: 'expired', endsOn };
  return voucher.uses >= voucher.maxUses ? { kind: 'exhausted' } : undefined;
}
