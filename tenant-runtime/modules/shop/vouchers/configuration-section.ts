import type { ConfigurationSection } from '../../staff/configuration/index.ts';
import { type VoucherItem, VoucherSchema } from './item.ts';
import { putVoucher, readVouchers } from './sql-configuration.ts';

/** Vouchers in a snapshot: what they give and until when, never how often they were used. */
export const vouchersSection: ConfigurationSection<VoucherItem> = {
  name: 'vouchers',
  label: '🎟️ Voucher',
  item: VoucherSchema,
  read: readVouchers,
  async restore(tx, { changed, missing }) {
    const items = [...changed.map(({ kept }) => kept), ...missing].sort((a, b) => a.id - b.id);
    const restored: string[] = [];
    const refused: string[] = [];
    for (const item of items) ((await putVoucher(tx, item)) ? restored : refused).push(item.name);
    return { restored, refused: refused.map((name) => ({ name, reason: 'code_taken' })) };
  },
};
