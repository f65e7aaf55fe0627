import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entity } from '../../sandbox/telegram/types.ts';
import { type Part, partsOf, safeHref } from '../../web/phones/chat/entities.ts';

const plain = (parts: readonly Part[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : plain(part.parts))).join('');

/** `<bold>…</bold>`, to be read. */
const written = (parts: readonly Part[]): string =>
  parts
    .map((part) =>
      typeof part === 'string' ? part : `<${part.entity.type}>${written(part.parts)}</${part.entity.type}>`,
    )
    .join('');

const entity = (type: string, offset: number, length: number): Entity => ({ type, offset, length });

test('entities nest, stand side by side, and count UTF-16 as Telegram does', () => {
  expect(written(partsOf('👋 Halo Budi', [entity('bold', 3, 9), entity('italic', 8, 4)]))).toBe(
    '👋 <bold>Halo <italic>Budi</italic></bold>',
  );
  expect(written(partsOf('satu dua', [entity('code', 5, 3), entity('bold', 0, 4)]))).toBe(
    '<bold>satu</bold> <code>dua</code>',
  );
});

test('one that reaches over the end of another is cut in two; none reaches out of the text', () => {
  expect(written(partsOf('abcdef', [entity('bold', 0, 4), entity('italic', 2, 9)]))).toBe(
    '<bold>ab<italic>cd</italic></bold><italic>ef</italic>',
  );
  expect(written(partsOf('abc', [entity('bold', 9, 2), entity('italic', 1, 0)]))).toBe('abc');
});

test('whatever the entities are, the text stays the same', () => {
  const entities = fc.array(
    fc.record({ type: fc.constantFrom('bold', 'italic', 'pre'), offset: fc.nat(30), length: fc.nat(30) }),
  );
  fc.assert(fc.property(fc.string({ maxLength: 30 }), entities, (text, some) => plain(partsOf(text, some)) === text));
});

test('only addresses that a browser or Telegram opens become links', () => {
  expect(safeHref('contoh.id/a')).toBe('https://contoh.id/a');
  expect(safeHref('tg://resolve?domain=x')).toBe('tg://resolve?domain=x');
  for (const url of ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '']) {
    expect(safeHref(url)).toBeUndefined();
  }
});
