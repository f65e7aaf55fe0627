import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatRupiah, MAX_RUPIAH, parseRupiah } from '../../kernel/money.ts';

const amounts = fc.integer({ min: 1, max: MAX_RUPIAH });

test('what is written as rupiah is read as the same amount', () => {
  fc.assert(
    fc.property(amounts, (amount) => {
      const text = formatRupiah(amount);
      for (const typed of [text, text.slice(2), String(amount), `rp. ${amount}`, ` Rp ${text.slice(2)} `]) {
        expect(parseRupiah(typed)).toEqual({ ok: true, amount });
      }
    }),
  );
});

test('whatever somebody types is an amount within the bounds or a reason', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.,-+eErRpP x'.split('')) }), (text) => {
      const parsed = parseRupiah(text);
      if (parsed.ok) {
        expect(Number.isSafeInteger(parsed.amount)).toBe(true);
        expect(parsed.amount).toBeGreaterThanOrEqual(1);
        expect(parsed.amount).toBeLessThanOrEqual(MAX_RUPIAH);
        expect(text.replace(/\D/g, '').replace(/^0+/, '')).toBe(String(parsed.amount));
      }
    }),
  );
});

test('dots stand only between groups of three', () => {
  for (const text of ['1.5000', '15.00.000', '.500', '1..000', '15.']) expect(parseRupiah(text).ok).toBe(false);
});

test('a sign goes in front of the currency', () => {
  expect(formatRupiah(-15_000)).toBe('-Rp15.000');
  expect(formatRupiah(0)).toBe('Rp0');
});
