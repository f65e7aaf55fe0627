import { formatRupiah, type Rupiah } from '../../../../kernel/money.ts';
import { type Html, html, lines } from '../../../bot/html.ts';
import { longDate } from '../../../bot/time.ts';
import type { Refusal, Voucher, VoucherDraft } from './schema.ts';

// A day belongs to no zone: it is written as it was typed.
const writeDay = longDate('UTC');

/** `2026-01-31` as people read it: `31 Januari 2026`. */
export const dayText = (day: string): string => writeDay(new Date(`${day}T00:00:00Z`));

/** `10%` or `Rp5.000` */
export const worthText = ({ kind, value }: Pick<Voucher, 'kind' | 'value'>): string =>
  kind === 'percent' ? `${value}%` : formatRupiah(value);

/** The line between subtotal and total: `🎟️ Kupon HEMAT: -Rp5.000`. */
export function discountLine(code: string | null, discount: Rupiah): Html {
  return html`🎟️ ${code === null ? 'Diskon' : `Kupon ${code}`}: ${formatRupiah(-discount)}`;
}

/** Why a code takes nothing off, as a customer reads it; fits a toast. */
export function refusalText(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'unknown':
      return 'Kode kupon ini tidak kami kenal. Cek lagi ejaannya, ya.';
    case 'inactive':
      return 'Kupon ini sedang tidak aktif.';
    case 'not_yet':
      return `Kupon ini baru berlaku mulai ${dayText(refusal.startsOn)}.`;
    case 'expired':
      return `Kupon ini sudah berakhir pada ${dayText(refusal.endsOn)}.`;
    case 'exhausted':
      return 'Kuota kupon ini sudah habis.';
    case 'in_open_order':
      return `Kupon ini sedang kamu pakai di pesanan ${refusal.ref} yang belum dibayar. Bayar atau batalkan dulu pesanan itu, ya.`;
    case 'being_released':
      return `Kupon ini sedang kami lepas dari pesanan ${refusal.ref} yang baru ditutup. Coba lagi sebentar lagi, ya.`;
    case 'no_effect':
      return 'Belanjamu terlalu kecil, jadi kupon ini tidak memotong apa pun.';
  }
}

export function createdSummary(drafts: readonly VoucherDraft[]): Html {
  const shown = drafts.slice(0, 10);
  return lines(
    html`Voucher baru: ${shown.map((draft) => `${draft.code} (${worthText(draft)}, ${draft.maxUses}×)`).join(', ')}`,
    drafts.length > shown.length && html`… dan ${drafts.length - shown.length} lainnya`,
  );
}

export const switchedSummary = (code: string, active: boolean): Html =>
  html`Voucher <code>${code}</code> ${active ? 'diaktifkan' : 'dinonaktifkan'}.`;
