import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatRupiah, isPlainRupiah, MAX_RUPIAH, parseRupiah } from '../../kernel/money.ts';

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
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.,-+eErRpPkKbBjJtT x\u200B'.split('')) }), (text) => {
      const parsed = parseRupiah(text);
      if (parsed.ok) {
        expect(Number.isSafeInteger(parsed.amount)).toBe(true);
        expect(parsed.amount).toBeGreaterThanOrEqual(1);
        expect(parsed.amount).toBeLessThanOrEqual(MAX_RUPIAH);
      }
      if (isPlainRupiah(text) && parsed.ok)
        expect(text.replace(/\D/g, '').replace(/^0+/, '')).toBe(String(parsed.amount));
    }),
  );
});

test('an amount is read in each way in which people write it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1, max: 99 }), (thousands, millions) => {
      const amount = thousands * 1000;
      const grouped = formatRupiah(amount).slice(2);
      for (const typed of [
        ...['rb', 'RB', 'k', 'K', ' ribu', ' rb', 'rb.'].map((unit) => `${thousands}${unit}`),
        ...[',-', ',00', '.-', ',--', ' rupiah', ''].map((end) => `Rp ${grouped}${end}`),
        `${amount},00`,
        grouped.replaceAll('.', ','),
        `IDR ${grouped.replaceAll('.', ',')}.00`,
        `\uFEFF${grouped}\u200B`,
      ]) {
        expect(parseRupiah(typed), typed).toEqual({ ok: true, amount });
      }
      for (const unit of ['jt', ' juta', 'JT']) {
        expect(parseRupiah(`${millions}${unit}`)).toEqual({ ok: true, amount: millions * 1_000_000 });
        expect(parseRupiah(`${millions},5${unit}`)).toEqual({ ok: true, amount: millions * 1_000_000 + 500_000 });
        expect(parseRupiah(`${millions}.25${unit}`)).toEqual({ ok: true, amount: millions * 1_000_000 + 250_000 });
      }
    }),
  );
  expect(parseRupiah('0,29jt')).toEqual({ ok: true, amount: 290_000 });
  expect(parseRupiah('2,5k')).toEqual({ ok: true, amount: 2500 });
  expect(parseRupiah('1,250jt')).toEqual({ ok: true, amount: 1_250_000 });
});

test('what could be two amounts, or has sen, is refused with the reason', () => {
  for (const text of ['1.500rb', '15rb5', '15 m', '15kk', '15rbx', '1.5.5jt', '15.000rb', 'rb', ',5jt', '15rb-20rb']) {
    expect(parseRupiah(text), text).toEqual({ ok: false, reason: 'not_a_price' });
  }
  for (const text of ['10,50', '15,00', '15.5', '15.000,50', '1,2345678jt', '15,000.50']) {
    expect(parseRupiah(text).ok, text).toBe(false);
  }
  for (const text of ['10,50', '15,00', '15.000,50'])
    expect(parseRupiah(text)).toEqual({ ok: false, reason: 'decimals' });
});

test('digits, with or without Rp and dots, are plain; the other ways are asked about', () => {
  for (const text of ['15000', ' 15.000', 'Rp15.000', 'rp 15000']) expect(isPlainRupiah(text), text).toBe(true);
  for (const text of ['15rb', '15,000', '15.000,-', '15k', '1,5jt', '15.000,00'])
    expect(isPlainRupiah(text)).toBe(false);
});

test('dots stand only between groups of three', () => {
  for (const text of ['1.5000', '15.00.000', '.500', '1..000', '15.']) expect(parseRupiah(text).ok).toBe(false);
});

test('a sign goes in front of the currency', () => {
  expect(formatRupiah(-15_000)).toBe('-Rp15.000');
  expect(formatRupiah(0)).toBe('Rp0');
});
