/**
 * A number as an integer in units of 10^-24, smaller than 10^18 in size. A quotient is off by less than one unit, so that
 * even multiplied by a hundred million rupiah and more it is right to the digits that `rounded` keeps.
 */
export type Decimal = bigint;

const DECIMALS = 24;
const ONE = 10n ** BigInt(DECIMALS);
const LIMIT = 10n ** 18n * ONE;
/** What is smaller is left of a difference that is zero: a number can be typed with 14 decimals at most. */
const ZERO_BELOW = 10n ** 6n;

const abs = (value: Decimal): Decimal => (value < 0n ? -value : value);

/** `decimalOf(125n, 1)` is 12.5. */
export const decimalOf = (digits: bigint, decimals = 0): Decimal => digits * 10n ** BigInt(DECIMALS - decimals);
export const multiply = (a: Decimal, b: Decimal): Decimal => (a * b) / ONE;
/** `b` must not be zero. */
export const divide = (a: Decimal, b: Decimal): Decimal => (a * ONE) / b;
export const isZero = (value: Decimal): boolean => abs(value) < ZERO_BELOW;
export const isTooLarge = (value: Decimal): boolean => abs(value) >= LIMIT;

/** To the nearest of nine decimals: three thirds are one. */
export function rounded(value: Decimal): Decimal {
  const unit = decimalOf(1n, 9);
  return ((value + (value < 0n ? -unit : unit) / 2n) / unit) * unit;
}

/** The whole part, without what is behind the comma. */
export const wholeOf = (value: Decimal): bigint => value / ONE;

/** Digits after the comma that people are shown. */
const SHOWN_DECIMALS = 4;

/** As people write it here: `33.333,3333…`, the dots mean that digits follow. */
export function formatDecimal(value: Decimal): string {
  const size = abs(rounded(value));
  const digits = (size % ONE).toString().padStart(DECIMALS, '0').replace(/0+$/, '');
  const more = digits.length > SHOWN_DECIMALS ? '…' : '';
  const whole = wholeOf(size)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '.');
  return `${value < 0n && size > 0n ? '-' : ''}${whole}${digits && `,${digits.slice(0, SHOWN_DECIMALS)}${more}`}`;
}
