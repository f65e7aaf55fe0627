import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../tenant-runtime/modules/staff/calculator/evaluate.ts';
import { feeOf, feeText, parseFee } from '../../tenant-runtime/modules/staff/calculator/fee.ts';
import { MAX_FORMULA, parseFormula, VARIABLES } from '../../tenant-runtime/modules/staff/calculator/formula.ts';
import { type Fraction, formatFraction } from '../../tenant-runtime/modules/staff/calculator/fraction.ts';
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

/** An expression as it is typed, and the same worked out on its own: the value as a pair, or undefined past a zero. */
type Pair = readonly [bigint, bigint];
type Reference = { text: string; value(of: Record<string, number>): Pair | undefined };

const both = (left: Reference, right: Reference, text: string, make: (a: Pair, b: Pair) => Pair | undefined) => ({
  text,
  value(of: Record<string, number>) {
    const [a, b] = [left.value(of), right.value(of)];
    return a && b && make(a, b);
  },
});
const less = ([a, b]: Pair, [c, d]: Pair) => a * d * (b * d > 0n ? 1n : -1n) < c * b * (b * d > 0n ? 1n : -1n);

const reference: fc.Arbitrary<Reference> = fc.letrec<{ any: Reference }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'formula' },
    fc
      .tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 99 }), fc.constantFrom('.', ','))
      .map(([whole, cents, point]) => ({
        text: `${whole}${point}${String(cents).padStart(2, '0')}`,
        value: (): Pair => [BigInt(whole * 100 + cents), 100n],
      })),
    fc.constantFrom(...VARIABLES).map((name) => ({
      text: name,
      value: (of: Record<string, number>): Pair => [BigInt(of[name]!), 1n],
    })),
    fc
      .tuple(tie('any'), tie('any'), fc.constantFrom('+', '-', '*', '/', 'min', 'max'))
      .map(([left, right, operation]) => {
        const infix = `(${left.text} ${operation} ${right.text})`;
        const prefix = `${operation}(${left.text}, ${right.text})`;
        if (operation === '+') return both(left, right, infix, ([a, b], [c, d]) => [a * d + c * b, b * d]);
        if (operation === '-') return both(left, right, infix, ([a, b], [c, d]) => [a * d - c * b, b * d]);
        if (operation === '*') return both(left, right, infix, ([a, b], [c, d]) => [a * c, b * d]);
        if (operation === '/')
          return both(left, right, infix, ([a, b], [c, d]) => (c === 0n ? undefined : [a * d, b * c]));
        if (operation === 'min') return both(left, right, prefix, (a, b) => (less(b, a) ? b : a));
        return both(left, right, prefix, (a, b) => (less(a, b) ? b : a));
      }),
    tie('any').map((inner) => ({
      text: `-${inner.text}`,
      value(of: Record<string, number>): Pair | undefined {
        const value = inner.value(of);
        return value && [-value[0], value[1]];
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
      if (evaluation.ok) expect(evaluation.value.denominator > 0n).toBe(true);
      else expect(['/', '÷']).toContain(typed[evaluation.at]);
    }),
    { numRuns: 3000 },
  );
});

test('a formula comes to exactly what the same sum on paper does', () => {
  fc.assert(
    fc.property(reference, purchase, ({ text, value }, bought) => {
      fc.pre(text.length <= MAX_FORMULA);
      const parsed = parseFormula(text);
      expect(parsed).toMatchObject({ ok: true });
      if (!parsed.ok) return;
      const evaluation = evaluate(parsed.formula, valuesOf(bought));
      const expected = value(valuesOf(bought));
      expect(evaluation.ok).toBe(expected !== undefined);
      if (!evaluation.ok || !expected) return;
      const { numerator, denominator }: Fraction = evaluation.value;
      expect(numerator * expected[1]).toBe(expected[0] * denominator);
    }),
    { numRuns: 2000 },
  );
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
    expect(evaluation.ok && formatFraction(evaluation.value)).toBe(written);
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
