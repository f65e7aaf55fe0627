import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseVouchers } from '../../tenant-runtime/modules/shop/vouchers/parse.ts';
import type { CountedVoucher } from '../../tenant-runtime/modules/shop/vouchers/schema.ts';
import { discountOf, stateOf } from '../../tenant-runtime/modules/shop/vouchers/service.ts';

const TODAY = '2026-11-22';
const subtotals = fc.integer({ min: 1, max: 1_000_000_000_000 });

test('percent round down to whole rupiah, whatever the subtotal', () => {
  fc.assert(
    fc.property(subtotals, fc.integer({ min: 1, max: 100 }), (subtotal, value) => {
      const off = discountOf({ kind: 'percent', value }, subtotal);
      expect(BigInt(off)).toBe((BigInt(subtotal) * BigInt(value)) / 100n);
      expect(off).toBeLessThanOrEqual(subtotal);
    }),
  );
});

test('rupiah take off what they say, and never more than there is', () => {
  fc.assert(
    fc.property(subtotals, fc.integer({ min: 1, max: 100_000_000 }), (subtotal, value) => {
      expect(discountOf({ kind: 'rupiah', value }, subtotal)).toBe(value < subtotal ? value : subtotal);
    }),
  );
});

test('a voucher holds on its first and its last day, and on no other side of them', () => {
  const voucher: CountedVoucher = {
    id: 1,
    code: 'HEMAT',
    kind: 'percent',
    value: 10,
    maxUses: 3,
    startsOn: '2026-11-20',
    endsOn: '2026-11-22',
    active: true,
    createdAt: new Date(),
    uses: 2,
  };
  const kindOn = (day: string, change: Partial<CountedVoucher> = {}) => stateOf({ ...voucher, ...change }, day)?.kind;
  expect(kindOn('2026-11-19')).toBe('not_yet');
  expect(kindOn('2026-11-20')).toBeUndefined();
  expect(kindOn('2026-11-22')).toBeUndefined();
  expect(kindOn('2026-11-23')).toBe('expired');
  expect(kindOn('2026-11-22', { uses: 3 })).toBe('exhausted');
  expect(kindOn('2026-11-22', { uses: 4 })).toBe('exhausted');
  expect(kindOn('2026-11-22', { active: false })).toBe('inactive');
  expect(kindOn('2030-01-01', { startsOn: null, endsOn: null })).toBeUndefined();
});

const day = (from: string, to: string) =>
  fc
    .date({ min: new Date(`${from}T00:00:00Z`), max: new Date(`${to}T00:00:00Z`), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10));
const pad = fc.constantFrom('', ' ', '  ', '\t');
const drafts = fc.record({
  code: fc.stringMatching(/^[A-Za-z0-9_-]{3,32}$/),
  worth: fc.oneof(
    fc.record({ kind: fc.constant('percent' as const), value: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ kind: fc.constant('rupiah' as const), value: fc.integer({ min: 1, max: 100_000_000 }) }),
  ),
  maxUses: fc.integer({ min: 1, max: 100_000 }),
  days: fc.option(fc.tuple(day('2000-01-01', TODAY), day(TODAY, '2100-01-01')), { nil: undefined }),
});

test('what was written is what is read, in any case and with any blanks', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(drafts, { minLength: 1, maxLength: 50, selector: ({ code }) => code.toUpperCase() }),
      pad,
      (wanted, blank) => {
        const text = wanted
          .map(({ code, worth, maxUses, days }) =>
            [code, worth.kind === 'percent' ? `${worth.value}%` : worth.value, maxUses, ...(days ?? [])].join(
              `${blank}|${blank}`,
            ),
          )
          .join(`${blank}\n\n`);
        const parsed = parseVouchers(text, TODAY);
        expect(parsed).toEqual({
          ok: true,
          drafts: wanted.map(({ code, worth, maxUses, days }, index) => ({
            line: index * 2 + 1,
            code: code.toUpperCase(),
            ...worth,
            maxUses,
            startsOn: days?.[0] ?? null,
            endsOn: days?.[1] ?? null,
          })),
        });
      },
    ),
  );
});

test('whatever is typed is either read whole or answered with places inside it', () => {
  const scraps = fc.array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('|', '\n', '%', '10%', 'ABC', '5', '2026-12-31')),
  );
  fc.assert(
    fc.property(
      scraps.map((parts) => parts.join('')),
      (text) => {
        const parsed = parseVouchers(text, TODAY);
        if (parsed.ok) {
          for (const draft of parsed.drafts) expect(draft.code).toMatch(/^[A-Z0-9_-]{3,32}$/);
          return;
        }
        expect(parsed.problems.length).toBeGreaterThan(0);
        for (const { line } of parsed.problems) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
        }
      },
    ),
  );
});

test.each([
  ['', 'line', 'empty'],
  ['HEMAT', 'line', 'too_few_parts'],
  ['HEMAT | 10% | 5 | 2026-12-01', 'line', 'too_few_parts'],
  ['HEMAT | 10% | 5 | 2026-12-01 | 2026-12-02 | lagi', 'line', 'too_many_parts'],
  [' | 10% | 5', 'code', 'empty'],
  ['DUA KATA | 10% | 5', 'code', 'code_letters'],
  ['HEMAT🎉 | 10% | 5', 'code', 'code_letters'],
  ['AB | 10% | 5', 'code', 'code_length'],
  [`${'A'.repeat(33)} | 10% | 5`, 'code', 'code_length'],
  ['HEMAT | | 5', 'amount', 'empty'],
  ['HEMAT | 0% | 5', 'amount', 'percent_range'],
  ['HEMAT | 101% | 5', 'amount', 'percent_range'],
  ['HEMAT | 10,5% | 5', 'amount', 'percent_whole'],
  ['HEMAT | -10% | 5', 'amount', 'percent_whole'],
  ['HEMAT | 0 | 5', 'amount', 'too_small'],
  ['HEMAT | gratis | 5', 'amount', 'not_a_price'],
  ['HEMAT | 100000001 | 5', 'amount', 'too_large'],
  ['HEMAT | 10% | ', 'limit', 'empty'],
  ['HEMAT | 10% | 1.000', 'limit', 'limit_number'],
  ['HEMAT | 10% | 0', 'limit', 'limit_range'],
  [`HEMAT | 10% | ${'9'.repeat(400)}`, 'limit', 'limit_range'],
  ['HEMAT | 10% | 5 | 01-12-2026 | 2026-12-02', 'starts', 'date_form'],
  ['HEMAT | 10% | 5 | 0000-01-01 | 2026-12-02', 'starts', 'date_unknown'],
  ['HEMAT | 10% | 5 | 2026-12-01 | 2026-02-31', 'ends', 'date_unknown'],
  ['HEMAT | 10% | 5 | 2026-12-02 | 2026-12-01', 'ends', 'ends_before_start'],
  ['HEMAT | 10% | 5 | 2026-11-01 | 2026-11-21', 'ends', 'ends_past'],
])('%j is refused: %s, %s', (text, field, reason) => {
  expect(parseVouchers(text, TODAY)).toEqual({ ok: false, problems: [{ line: 1, field, reason }] });
});

test('every problem is reported with its line; a code stands once', () => {
  const text = 'HEMAT | 10% | 5\n\nhemat | 5000 | 1\nAB | 0% | x';
  expect(parseVouchers(text, TODAY)).toEqual({
    ok: false,
    problems: [
      { line: 3, field: 'code', reason: 'code_repeated' },
      { line: 4, field: 'code', reason: 'code_length' },
      { line: 4, field: 'amount', reason: 'percent_range' },
      { line: 4, field: 'limit', reason: 'limit_number' },
    ],
  });
  const many = Array.from({ length: 51 }, (_, index) => `KODE${index} | 1% | 1`).join('\n');
  expect(parseVouchers(many, TODAY)).toMatchObject({ problems: [{ line: 51, reason: 'too_many_lines' }] });
});
