import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMove } from '../../tenant-runtime/modules/shop/users/admin/schema.ts';
import { parseDisplayName, parseWhatsApp } from '../../tenant-runtime/modules/shop/users/schema.ts';

const anything = fc.string({ unit: 'binary', maxLength: 200 });

/** Letters among what joins, marks, hides and separates them. */
const tricky = fc.string({
  unit: fc.constantFrom(
    'a',
    'B',
    ' ',
    '\t',
    '\n',
    '\u200B',
    '\u200D',
    '\u0301',
    '\u202E',
    '\u3164',
    '\uFE0F',
    '👨',
    '❤',
    '<',
  ),
  maxLength: 40,
});

test('whatever is typed as a name is refused, or one visible line that stays as it is when it is typed again', () => {
  fc.assert(
    fc.property(fc.oneof(anything, tricky), (typed) => {
      const parsed = parseDisplayName(typed);
      if (!parsed.ok) return;
      expect(parsed.value.length).toBeLessThanOrEqual(128);
      expect(parsed.value).toMatch(/^\S.*\S$/u);
      expect(parseDisplayName(parsed.value)).toEqual(parsed);
    }),
    { numRuns: 2000 },
  );
});

const digit = fc.integer({ min: 0, max: 9 }).map(String);
const number = fc
  .tuple(fc.constantFrom('', '0', '+62', '62', '0062', '+62 0'), fc.array(fc.oneof(digit, fc.constantFrom(' ', '-'))))
  .map(([prefix, rest]) => prefix + rest.join(''));

test('a number that is taken has 9 to 15 digits and is the same number when it is typed as it is kept', () => {
  fc.assert(
    fc.property(fc.oneof(number, anything), (typed) => {
      const parsed = parseWhatsApp(typed);
      if (!parsed.ok) return;
      expect(parsed.value).toMatch(/^[1-9]\d{8,14}$/);
      expect(parseWhatsApp(`+${parsed.value}`)).toEqual(parsed);
      expect(parseWhatsApp(parsed.value)).toEqual(parsed);
    }),
  );
});

test('a move of a balance is what its sign and its digits say, however it is written', () => {
  const sign = fc.constantFrom(['+', 1], ['-', -1], ['−', -1], ['–', -1]) as fc.Arbitrary<[string, number]>;
  const written = fc.constantFrom(
    (amount: number) => String(amount),
    (amount: number) => `Rp${amount.toLocaleString('id-ID')}`,
    (amount: number) => ` ${amount.toLocaleString('id-ID')} `,
  );
  fc.assert(
    fc.property(sign, written, fc.integer({ min: 1, max: 100_000_000 }), ([mark, factor], write, amount) => {
      expect(parseMove(mark + write(amount))).toEqual({ ok: true, value: factor * amount });
    }),
  );
  fc.assert(
    fc.property(anything, (typed) => {
      const parsed = parseMove(typed);
      expect(parsed.ok && (!Number.isSafeInteger(parsed.value) || parsed.value === 0)).toBe(false);
    }),
  );
});
