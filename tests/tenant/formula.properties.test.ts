import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalOf, formatDecimal } from '../../tenant-runtime/modules/staff/calculator/decimal.ts';
import { evaluate } from '../../tenant-runtime/modules/staff/calculator/evaluate.ts';
import { feeOf, feeText, parseFee } from '../../tenant-runtime/modules/staff/calculator/fee.ts';
import { MAX_FORMULA, parseFormula, VARIABLES } from '../../tenant-runtime/modules/staff/calculator/formula.ts';
import { checkFormula, refundOf } from '../../tenant-runtime/modules/staff/calculator/refund.ts';
import { checkRule, DEFAULTS } from '../../tenant-runtime/modules/staff/calculator/rules.ts';

const anything = fc.string({ unit: 'binary', maxLength: 250 });

/** What formulas are made of, in any order. */
const tricky = fc
  .array(
    fc.constantFrom(
      ...['harga', 'total_hari', 'sisa_hari', 'klaim', 'min', 'max', 'constructor', '__proto__', 'harga2', 'é'],
      ...['+', '-', '*', '/', '(', ')', ',', ', ', ';', '×', '.', '<', "'", '🎉', '\u200B', ' ', '\n'],
      ...['0', '1', '0.1', '0,1', '1.000', '1.2.3', '99999999999999999999'],
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''));

const purchase = fc
  .record({
    price: fc.integer({ min: 1, max: 100_000_000 }),
    total: fc.integer({ min: 1, max: 36_500 }),
    part: fc.integer({ min: 0, max: 100 }),
    claims: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ part, ...rest }) => ({ ...rest, used: Math.floor((rest.total * part) / 100) }));

const valuesOf = ({ price, total, used, claims }: { price: number; total: number; used: number; claims: number }) => ({
  harga: price,
  total_hari: total,
  sisa_hari: total - used,
  klaim: claims,
});

/**
 * An expression as it is typed, and the same worked out on its own: an exact pair, how far integers of 10^-24 may be off
 * from it, and undefined past a zero or a number that is too large.
 */
type Exact = { pair: readonly [bigint, bigint]; error: number };
type Reference = { text: string; value(of: Record<string, number>): Exact | undefined };

const UNIT = 1e-24;
const LARGEST = 1e18;
const sizeOf = ([numerator, denominator]: Exact['pair']) => Math.abs(Number(numerator) / Number(denominator));

const both = (
  left: Reference,
  right: Reference,
  text: string,
  make: (a: Exact, b: Exact) => Exact | undefined,
): Reference => ({
  text,
  value(of) {
    const [a, b] = [left.value(of), right.value(of)];
    const made = a && b && make(a, b);
    return made && sizeOf(made.pair) < LARGEST ? made : undefined;
  },
});
const less = ([a, b]: Exact['pair'], [c, d]: Exact['pair']) =>
  a * d * (b * d > 0n ? 1n : -1n) < c * b * (b * d > 0n ? 1n : -1n);

const add = (a: Exact, b: Exact, sign: bigint): Exact => ({
  pair: [a.pair[0] * b.pair[1] + sign * b.pair[0] * a.pair[1], a.pair[1] * b.pair[1]],
  error: a.error + b.error,
});
const multiply = (a: Exact, b: Exact): Exact => ({
  pair: [a.pair[0] * b.pair[0], a.pair[1] * b.pair[1]],
  error: UNIT + a.error * sizeOf(b.pair) + b.error * sizeOf(a.pair) + a.error * b.error,
});
function divide(a: Exact, b: Exact): Exact | undefined {
  if (b.pair[0] === 0n) return undefined;
  const pair: Exact['pair'] = [a.pair[0] * b.pair[1], a.pair[1] * b.pair[0]];
  const least = sizeOf(b.pair) - b.error;
  return { pair, error: least > 0 ? UNIT + (a.error + sizeOf(pair) * b.error) / least : Number.POSITIVE_INFINITY };
}
const oneOf = (a: Exact, b: Exact, isFirst: boolean): Exact => ({
  pair: isFirst ? a.pair : b.pair,
  error: Math.max(a.error, b.error),
});

const reference: fc.Arbitrary<Reference> = fc.letrec<{ any: Reference }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'formula' },
    fc
      .tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 99 }), fc.constantFrom('.', ','))
      .map(([whole, cents, point]) => ({
        text: `${whole}${point}${String(cents).padStart(2, '0')}`,
        value: (): Exact => ({ pair: [BigInt(whole * 100 + cents), 100n], error: 0 }),
      })),
    fc.constantFrom(...VARIABLES).map((name) => ({
      text: name,
      value: (of: Record<string, number>): Exact => ({ pair: [BigInt(of[name]!), 1n], error: 0 }),
    })),
    fc
      .tuple(tie('any'), tie('any'), fc.constantFrom('+', '-', '*', '/', 'min', 'max'))
      .map(([left, right, operation]) => {
        const infix = `(${left.text} ${operation} ${right.text})`;
        const prefix = `${operation}(${left.text}, ${right.text})`;
        if (operation === '+') return both(left, right, infix, (a, b) => add(a, b, 1n));
        if (operation === '-') return both(left, right, infix, (a, b) => add(a, b, -1n));
        if (operation === '*') return both(left, right, infix, multiply);
        if (operation === '/') return both(left, right, infix, divide);
        if (operation === 'min') return both(left, right, prefix, (a, b) => oneOf(a, b, !less(b.pair, a.pair)));
        return both(left, right, prefix, (a, b) => oneOf(a, b, !less(a.pair, b.pair)));
      }),
    tie('any').map((inner) => ({
      text: `-${inner.text}`,
      value(of: Record<string, number>): Exact | undefined {
        const value = inner.value(of);
        return value && { ...value, pair: [-value.pair[0], value.pair[1]] };
      },
    })),
  ),
})).any;

test('whatever is typed as a formula is understood or refused at a place in it, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(anything, tricky), purchase, (typed, bought) => {
      const parsed = parseFormula(typed);
      if (!parsed.ok) {
        const { problem } = parsed;
        if ('at' in problem) expect(problem.at).toBeLessThanOrEqual(typed.length);
        expect(checkFormula(typed)).toEqual(parsed);
        return;
      }
      expect(typed.length).toBeLessThanOrEqual(MAX_FORMULA);
      const evaluation = evaluate(parsed.formula, valuesOf(bought));
      if (evaluation.ok) {
        expect(Math.abs(Number(evaluation.value))).toBeLessThan(1e42);
        return;
      }
      const { kind, at } = evaluation.failure;
      expect(kind === 'division_by_zero' ? ['/', '÷'] : ['/', '÷', '*', '×', '+', '-', '−', '–']).toContain(typed[at]);
    }),
    { numRuns: 3000 },
  );
});

test('a formula comes to what the same sum on paper does, to nine decimals', () => {
  let compared = 0;
  fc.assert(
    fc.property(reference, purchase, ({ text, value }, bought) => {
      fc.pre(text.length <= MAX_FORMULA);
      const parsed = parseFormula(text);
      expect(parsed).toMatchObject({ ok: true });
      if (!parsed.ok) return;
      const evaluation = evaluate(parsed.formula, valuesOf(bought));
      const expected = value(valuesOf(bought));
      // Where errors add up to more, a divisor may lie on either side of zero.
      if (!expected || expected.error > 1e-10) return;
      expect(evaluation.ok).toBe(true);
      if (!evaluation.ok) return;
      const [numerator, denominator] = expected.pair;
      const difference = evaluation.value - (numerator * decimalOf(1n)) / denominator;
      expect(Math.abs(Number(difference)) / Number(decimalOf(1n))).toBeLessThan(1e-9);
      compared += 1;
    }),
    { numRuns: 2000 },
  );
  expect(compared).toBeGreaterThan(1000);
});

test.each([
  ['sisa_hari / total_hari * harga', (price: bigint, total: bigint, left: bigint) => (price * left) / total],
  ['harga / total_hari * sisa_hari', (price: bigint, total: bigint, left: bigint) => (price * left) / total],
  [
    'harga * 0,95 * sisa_hari / total_hari',
    (price: bigint, total: bigint, left: bigint) => (price * 95n * left) / (total * 100n),
  ],
  [
    'max(harga - harga / total_hari * (total_hari - sisa_hari), 0)',
    (price: bigint, total: bigint, left: bigint) => (price * left) / total,
  ],
])('a refund by %s is the exact one, rounded down', (text, exact) => {
  const parsed = parseFormula(text);
  if (!parsed.ok) throw new Error('refused');
  fc.assert(
    fc.property(purchase, (bought) => {
      const expected = exact(BigInt(bought.price), BigInt(bought.total), BigInt(bought.total - bought.used));
      expect(refundOf(parsed.formula, bought)).toMatchObject({ kind: 'refund', amount: Number(expected) });
    }),
    { numRuns: 2000 },
  );
});

test('what is too large and what divides by zero is refused where it stands', () => {
  const failureOf = (text: string) => {
    const parsed = parseFormula(text);
    if (!parsed.ok) throw new Error(`${text} was refused`);
    const evaluation = evaluate(parsed.formula, { harga: 100_000_000, total_hari: 3, sisa_hari: 1, klaim: 1000 });
    return evaluation.ok ? undefined : evaluation.failure;
  };
  expect(failureOf('harga * harga')).toBeUndefined();
  expect(failureOf('1 + harga * harga * harga')).toEqual({ kind: 'too_large', at: 18 });
  expect(failureOf('harga / (total_hari - 3)')).toEqual({ kind: 'division_by_zero', at: 6 });
  expect(failureOf('harga / (sisa_hari / 3 * 3 - 1)')).toEqual({ kind: 'division_by_zero', at: 6 });
  expect(checkFormula('harga * harga * harga * harga')).toMatchObject({ ok: false, problem: { kind: 'too_large' } });
});

test('products come before sums, and equals are taken from the left', () => {
  const paper = [
    ['2 + 3 * 4', '14'],
    ['10 - 4 - 3', '3'],
    ['100 / 10 / 5', '2'],
    ['2 * -3 + 1', '-5'],
    ['0,1 + 0.2', '0,3'],
    ['1 / 3', '0,3333…'],
    ['-1000000 / 8', '-125.000'],
    ['10 / 100000', '0,0001'],
    ['MIN(1,5; 2) × 2', '3'],
  ] as const;
  for (const [text, written] of paper) {
    const parsed = parseFormula(text);
    if (!parsed.ok) throw new Error(`${text} was refused`);
    const evaluation = evaluate(parsed.formula, { harga: 1, total_hari: 1, sisa_hari: 1, klaim: 1 });
    expect(evaluation.ok && formatDecimal(evaluation.value)).toBe(written);
  }
});

test('a refund is whole, not below nothing and not above the price', () => {
  fc.assert(
    fc.property(reference, purchase, ({ text }, bought) => {
      fc.pre(text.length <= MAX_FORMULA);
      const parsed = parseFormula(text);
      const refund = parsed.ok ? refundOf(parsed.formula, bought) : undefined;
      if (refund?.kind !== 'refund') return;
      expect(Number.isSafeInteger(refund.amount)).toBe(true);
      expect(refund.amount).toBeGreaterThanOrEqual(0);
      expect(refund.amount).toBeLessThanOrEqual(bought.price);
    }),
  );
});

test('the formula that the shop comes with gives what is left, less a tenth for each claim, rounded down', () => {
  const standard = parseFormula(DEFAULTS.formula);
  if (!standard.ok) throw new Error('refused');
  fc.assert(
    fc.property(purchase, ({ price, total, used, claims }) => {
      const refund = refundOf(standard.formula, { price, total, used, claims });
      const tenths = BigInt(Math.max(0, 10 - claims));
      const expected = (BigInt(price) * BigInt(total - used) * tenths) / (BigInt(total) * 10n);
      expect(refund).toMatchObject({ kind: 'refund', amount: Number(expected) });
    }),
  );
});

test('a fee is read as it is written, and its percentage never leaves the shop short', () => {
  const fee = fc.record({
    hundredths: fc.integer({ min: 0, max: 10_000 }),
    fixed: fc.integer({ min: 0, max: 1_000_000 }),
  });
  fc.assert(
    fc.property(fee, fc.integer({ min: 1, max: 100_000_000 }), (set, amount) => {
      expect(parseFee(feeText(set))).toEqual({ ok: true, fee: set });
      const short = BigInt(amount) * BigInt(set.hundredths) - BigInt(feeOf(set, amount) - set.fixed) * 10_000n;
      expect(short <= 0n && short > -10_000n).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.oneof(anything, tricky), (typed) => {
      const read = checkRule('fee', typed);
      if (!read.ok) return;
      expect(checkRule('fee', read.checked.text)).toEqual(read);
    }),
  );
});
