import { formatRupiah, type ParsedRupiah, parseRupiah, type Rupiah } from '../../../../kernel/money.ts';

/** A percentage in hundredths of a percent, and a fixed amount on top. */
export type Fee = { hundredths: number; fixed: Rupiah };

/** The fee of an amount: the percentage rounded up to whole rupiah, so that the shop is never short. */
export const feeOf = ({ hundredths, fixed }: Fee, amount: Rupiah): Rupiah =>
  Math.ceil((amount * hundredths) / 10_000) + fixed;

export type FeeProblem =
  | { kind: 'empty' | 'form' | 'percent_form' | 'percent_range' }
  | { kind: 'fixed'; reason: Exclude<ParsedRupiah, { ok: true }>['reason'] };

/** The largest fixed part. */
export const MAX_FIXED: Rupiah = 1_000_000;

/** Reads `0,7% + 310`, either part alone, in either order. */
export function parseFee(text: string): { ok: true; fee: Fee } | { ok: false; problem: FeeProblem } {
  if (text.trim() === '') return { ok: false, problem: { kind: 'empty' } };
  const parts = text.split('+').map((part) => part.trim());
  const percents = parts.filter((part) => part.endsWith('%'));
  const amounts = parts.filter((part) => !part.endsWith('%'));
  if (percents.length > 1 || amounts.length > 1) return { ok: false, problem: { kind: 'form' } };
  const [percent = '0%'] = percents;
  const [amount = '0'] = amounts;
  const digits = /^(\d+)(?:[.,](\d{1,2}))?\s*%$/.exec(percent);
  if (!digits) return { ok: false, problem: { kind: 'percent_form' } };
  const [, whole = '', decimals = ''] = digits;
  const hundredths = Number(whole) * 100 + Number(decimals.padEnd(2, '0'));
  if (hundredths > 10_000) return { ok: false, problem: { kind: 'percent_range' } };
  const fixed = parseRupiah(amount, { min: 0, max: MAX_FIXED });
  if (!fixed.ok) return { ok: false, problem: { kind: 'fixed', reason: fixed.reason } };
  return { ok: true, fee: { hundredths, fixed: fixed.amount } };
}

/** As it is written: `0,7% + Rp310`. What this writes, `parseFee` reads. */
export function feeText({ hundredths, fixed }: Fee): string {
  const decimals = String(hundredths % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  const percent = `${Math.floor(hundredths / 100)}${decimals && `,${decimals}`}%`;
  if (fixed === 0) return percent;
  return hundredths === 0 ? formatRupiah(fixed) : `${percent} + ${formatRupiah(fixed)}`;
}
