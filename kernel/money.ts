import { withoutInvisible } from './text.ts';

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

const PLAIN = /^(\d+|\d{1,3}(\.\d{3})+)$/;
/** `,-` and `,00` behind an amount say that there are no sen. A short `15,00` may be a slip of the finger for 15.000. */
const NO_SEN = /(?<=\d{3})(?:,00|[.,]\s*[-–—]{1,2})$/;
/** The same as English-speaking people write it: `15,000.00`. */
const NO_CENTS = /(?<=,\d{3})\.00$/;

const UNITS: ReadonlyMap<string, number> = new Map([
  ['rb', 1000],
  ['ribu', 1000],
  ['rbu', 1000],
  ['k', 1000],
  ['jt', 1_000_000],
  ['juta', 1_000_000],
]);

/** The digits of an amount, as far as a person may leave them out around it. */
const bodyOf = (text: string): string =>
  withoutInvisible(text.normalize('NFKC'))
    .trim()
    .replace(/^(?:rp|idr)\.?\s*/i, '')
    .replace(/\s*(?:rupiah|idr)\.?$/i, '');

/** True for an amount in digits, `15000`, `15.000` or `Rp15.000`: what it means needs no asking. */
export const isPlainRupiah = (text: string): boolean => PLAIN.test(text.trim().replace(/^rp\.?\s*/i, ''));

/**
 * Reads an amount as a person types it: `15000`, `15.000`, `Rp 15.000,-`, `15.000,00`, `15,000`, `15rb`, `15k`, `15 ribu`,
 * `1,5jt`. Groups must be of three digits; sen, signs, other letters, what could be two amounts (`1.500rb`) and anything
 * below `min` or above `max` are refused with the reason.
 */
export function parseRupiah(text: string, { min = 1, max = MAX_RUPIAH } = {}): ParsedRupiah {
  const body = bodyOf(text);
  if (body === '') return { ok: false, reason: 'empty' };
  const read = amountOf(body);
  if (typeof read !== 'number') return { ok: false, reason: read };
  if (read < min) return { ok: false, reason: 'too_small' };
  if (!Number.isSafeInteger(read) || read > max) return { ok: false, reason: 'too_large' };
  return { ok: true, amount: read };
}

function amountOf(body: string): number | 'not_a_price' | 'decimals' {
  const [, number, unit] = /^([\d.,]+)\s*(\p{L}+)\.?$/u.exec(body) ?? [];
  if (number !== undefined && unit !== undefined) return ofUnit(number, UNITS.get(unit.toLowerCase()));
  const whole = body.replace(NO_SEN, '').replace(NO_CENTS, '');
  if (PLAIN.test(whole) || /^\d{1,3}(,\d{3})+$/.test(whole)) return Number(whole.replace(/[.,]/g, ''));
  return /^\d[\d.]*,\d+$/.test(whole) || /^\d[\d,]*\.\d{1,2}$/.test(whole) ? 'decimals' : 'not_a_price';
}

/** `15` `1,5` `0.5` of a thousand or a million. */
function ofUnit(number: string, unit: number | undefined): number | 'not_a_price' | 'decimals' {
  const [, whole, part = ''] = /^(\d+)(?:[.,](\d{1,6}))?$/.exec(number) ?? [];
  if (whole === undefined || unit === undefined) return 'not_a_price';
  // `1.500rb` is one and a half thousand or one and a half million.
  if (unit === 1000 && part.length === 3) return 'not_a_price';
  // In whole numbers: 0.29 × 100 is not 29.
  const digits = String(unit).length - 1;
  if (part.replace(/0+$/, '').length > digits) return 'decimals';
  return Number(whole) * unit + Number(part.slice(0, digits).padEnd(digits, '0'));
}
