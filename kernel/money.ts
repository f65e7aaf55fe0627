/** Rupiah, whole, as a safe integer. The database stores it as bigint. */
export type Rupiah = number;

/** Largest amount that the shop accepts for one price, deposit or adjustment: one hundred million rupiah. */
export const MAX_RUPIAH: Rupiah = 100_000_000;

/** `15000` → `Rp15.000`; negative amounts carry the sign in front: `-Rp15.000`. */
export function formatRupiah(amount: Rupiah): string {
  const digits = Math.abs(amount)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '.');
  return `${amount < 0 ? '-' : ''}Rp${digits}`;
}

export type ParsedRupiah =
  | { ok: true; amount: Rupiah }
  | { ok: false; reason: 'empty' | 'not_a_price' | 'decimals' | 'too_small' | 'too_large' };

/**
 * Reads an amount as a person types it: `15000`, `15.000`, `Rp15.000`, `rp 15.000`. Groups must be of three
 * digits; decimals, signs, letters and anything below `min` or above `max` are refused with the reason.
 */
export function parseRupiah(text: string, { min = 1, max = MAX_RUPIAH } = {}): ParsedRupiah {
  const body = text.trim().replace(/^rp\.?\s*/i, '');
  if (body === '') return { ok: false, reason: 'empty' };
  if (/^\d[\d.]*,\d+$/.test(body) || /^\d+\.\d{1,2}$/.test(body)) return { ok: false, reason: 'decimals' };
  if (!/^(\d+|\d{1,3}(\.\d{3})+)$/.test(body)) return { ok: false, reason: 'not_a_price' };
  const amount = Number(body.replaceAll('.', ''));
  if (amount < min) return { ok: false, reason: 'too_small' };
  if (!Number.isSafeInteger(amount) || amount > max) return { ok: false, reason: 'too_large' };
  return { ok: true, amount };
}
