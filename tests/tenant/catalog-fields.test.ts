import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  parseCategoryName,
  parseCode,
  parseDescription,
  parseName,
  parsePrice,
} from '../../tenant-runtime/modules/shop/catalog/index.ts';
import { parseQuery } from '../../tenant-runtime/modules/shop/catalog/search.ts';

test.each(['a', 'A_b-9', 'x'.repeat(32)])('%j is a code', (text) => {
  expect(parseCode(` ${text} `)).toEqual({ ok: true, value: text });
});
test.each(['', 'a b', 'kode!', 'x'.repeat(33), 'é', 'a\nb'])('%j is no code', (text) => {
  expect(parseCode(text).ok).toBe(false);
});
test('a name is one line of at most 100 characters', () => {
  expect(parseName(' Netflix\n <1 bulan>  & "teman" ')).toEqual({ ok: true, value: 'Netflix <1 bulan> & "teman"' });
  expect(parseName('x'.repeat(101))).toEqual({ ok: false, problem: 'name_long' });
  expect(parseName(' \n ')).toEqual({ ok: false, problem: 'empty' });
});
test.each([
  ['15000', 15_000],
  ['15.000', 15_000],
  ['Rp15.000', 15_000],
  ['gratis', 'price_not_a_price'],
  ['15,5', 'price_decimals'],
  ['0', 'price_too_small'],
  ['100.000.001', 'price_too_large'],
  ['-5', 'price_not_a_price'],
  [' ', 'empty'],
])('%j as a price is %j', (text, expected) => {
  const parsed = parsePrice(text);
  expect(parsed.ok ? parsed.value : parsed.problem).toBe(expected);
});
test('a dash is no description', () => {
  expect(parseDescription(' - ')).toEqual({ ok: true, value: null });
  expect(parseDescription('x'.repeat(1001))).toEqual({ ok: false, problem: 'description_long' });
});

/** What people and programs type: blanks of all kinds, characters that are not seen, marks, emoji. */
const odd = fc.string({
  unit: fc.oneof(
    fc.constantFrom(' ', '\n', '\u00A0', '\u200B', '\u202E', '\uFEFF', '\u2028', '\u0301', 'e', '😀', '\0', '\uD800'),
    fc.string({ unit: 'binary', maxLength: 1 }),
  ),
  maxLength: 90,
});

test('whatever is typed as a category or a search is one tidy line, or refused, and stays so when it is typed again', () => {
  fc.assert(
    fc.property(odd, (text) => {
      const name = parseCategoryName(text);
      const query = parseQuery(text);
      if (name.ok) {
        expect(name.value).toMatch(/^\S(.{0,38}\S)?$/u);
        expect(parseCategoryName(name.value)).toEqual(name);
      }
      if (query.ok) {
        expect(query.words.join(' ')).toBe(query.query);
        expect(query.words).not.toContain('');
        expect(parseQuery(query.query)).toEqual(query);
      }
    }),
    { numRuns: 2000 },
  );
});
