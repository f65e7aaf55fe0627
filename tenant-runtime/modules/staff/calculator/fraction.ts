/** An exact number, reduced, with its denominator above zero: money is never a matter of floating point. */
export type Fraction = { readonly numerator: bigint; readonly denominator: bigint };

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
const abs = (a: bigint): bigint => (a < 0n ? -a : a);

/** `denominator` must not be zero. */
export function fraction(numerator: bigint, denominator = 1n): Fraction {
  const divisor = gcd(abs(numerator), abs(denominator)) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export const add = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
export const negative = (a: Fraction): Fraction => ({ numerator: -a.numerator, denominator: a.denominator });
export const multiply = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.numerator, a.denominator * b.denominator);
/** `b` must not be zero. */
export const divide = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.denominator, a.denominator * b.numerator);
export const isLess = (a: Fraction, b: Fraction): boolean => a.numerator * b.denominator < b.numerator * a.denominator;

/** Digits after the comma that people are shown. */
const SHOWN_DECIMALS = 4;

/** As people write it here: `33.333,3333…`, the dots saying that there is more. */
export function formatFraction({ numerator, denominator }: Fraction): string {
  const size = abs(numerator);
  const rest = (size % denominator) * 10n ** BigInt(SHOWN_DECIMALS);
  const decimals = (rest / denominator).toString().padStart(SHOWN_DECIMALS, '0').replace(/0+$/, '');
  const more = rest % denominator === 0n ? '' : '…';
  const tail = more ? `,${(rest / denominator).toString().padStart(SHOWN_DECIMALS, '0')}…` : decimals && `,${decimals}`;
  const whole = (size / denominator).toString().replace(/\B(?=(\d{3})+(?!\d))/g, '.');
  return `${numerator < 0n ? '-' : ''}${whole}${tail}`;
}
