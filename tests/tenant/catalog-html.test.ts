import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clip, escapeHtml, MAX_CAPTION, MAX_TEXT, visibleLength } from '../../tenant-runtime/bot/html.ts';
import { productList, productView } from '../../tenant-runtime/modules/shop/catalog/copy.ts';
import type { Product } from '../../tenant-runtime/modules/shop/catalog/index.ts';
import { markupProblem } from '../../tenant-runtime/modules/staff/templates/markup.ts';

/** Texts that people type to break things. */
const wild = (maxLength: number) =>
  fc
    .string({
      unit: fc.oneof(fc.constantFrom('<', '>', '&', '"', '&lt;', '</b>', '😀', '\n', '{'), fc.string({ maxLength: 1 })),
      maxLength,
    })
    .map((text) => text.slice(0, maxLength));

const products: fc.Arbitrary<Product> = fc.record({
  id: fc.integer({ min: 1 }),
  code: fc.constant('kode'),
  name: wild(100),
  price: fc.integer({ min: 1, max: 100_000_000 }),
  tiers: fc.array(
    fc.record({ from: fc.integer({ min: 2, max: 1000 }), price: fc.integer({ min: 1, max: 100_000_000 }) }),
    { maxLength: 10 },
  ),
  perCustomer: fc.option(fc.integer({ min: 1, max: 1000 })),
  kind: fc.constantFrom('units' as const, 'endless' as const),
  description: fc.option(wild(1000)),
  categoryId: fc.constant(null),
  category: fc.option(wild(200)),
  photo: fc.option(fc.constant('file')),
  terms: fc.constant(null),
  status: fc.constant('active' as const),
  sold: fc.nat(),
  available: fc.nat(),
});

test('an escaped text has no markup and the length that it had', () => {
  fc.assert(
    fc.property(wild(200), (text) => {
      const escaped = escapeHtml(text);
      expect(markupProblem(escaped)).toBeUndefined();
      expect(visibleLength(escaped)).toBe(text.length);
    }),
  );
});

test('a clipped text fits, begins like the whole and never ends in half a character', () => {
  fc.assert(
    fc.property(wild(100), fc.integer({ min: 1, max: 120 }), (text, max) => {
      const clipped = clip(text, max);
      expect(clipped.length).toBeLessThanOrEqual(max);
      if (text.length <= max) expect(clipped).toBe(text);
      else expect(text.startsWith(clipped.slice(0, -1))).toBe(true);
      expect(clipped.isWellFormed()).toBe(text.isWellFormed());
    }),
  );
});

test('any product makes a message that Telegram takes', () => {
  fc.assert(
    fc.property(products, fc.integer({ min: 1, max: 1000 }), fc.option(fc.nat(1000)), (product, quantity, left) => {
      const text = productView(product, quantity, { left });
      expect(markupProblem(text)).toBeUndefined();
      expect(visibleLength(text)).toBeLessThanOrEqual(product.photo ? MAX_CAPTION : MAX_TEXT);
    }),
  );
});

test('any page of the list makes a message that Telegram takes', () => {
  fc.assert(
    fc.property(fc.array(products, { maxLength: 5 }), (items) => {
      const listed = items.map((item, index) => ({ ...item, position: index + 1 }));
      const text = productList({ items: listed, page: 0, pages: 1 }, undefined);
      expect(markupProblem(text)).toBeUndefined();
      expect(visibleLength(text)).toBeLessThanOrEqual(MAX_TEXT);
    }),
  );
});
