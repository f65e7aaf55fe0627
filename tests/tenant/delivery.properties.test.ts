import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHtml } from '../../sandbox/telegram/html.ts';
import { html, MAX_CAPTION, MAX_TEXT, visibleLength } from '../../tenant-runtime/bot/html.ts';
import { compose, type Goods } from '../../tenant-runtime/modules/delivery/deliveries/compose.ts';

const wild = (maxLength: number) =>
  fc
    .string({
      unit: fc.oneof(
        fc.constantFrom('<', '>', '&', '"', '</pre>', '&amp;', '😀', '\n', '|'),
        fc.string({ maxLength: 1 }),
      ),
      minLength: 1,
      maxLength,
    })
    .map((text) => text.slice(0, maxLength) || 'x');

/** From a password to whole pages, a few or many. */
const content = fc.oneof(
  { weight: 4, arbitrary: wild(60) },
  {
    weight: 1,
    arbitrary: fc.tuple(wild(20), fc.integer({ min: 1, max: 400 })).map(([text, times]) => text.repeat(times)),
  },
);
const goods: fc.Arbitrary<Goods[]> = fc.array(
  fc.record({ product: wild(100), contents: fc.array(content, { minLength: 1, maxLength: 12 }) }),
  { minLength: 1, maxLength: 4 },
);
const headers = fc.oneof(
  wild(200).map((text) => html`<b>${text}</b>`),
  fc.integer({ min: 900, max: 1200 }).map((length) => html`<i>${'h'.repeat(length)}</i>`),
);

test('nothing that was bought is lost, whole and in order, each in its own block', () => {
  fc.assert(
    fc.property(headers, goods, (header, bought) => {
      const composed = compose(header, bought);
      const contents = bought.flatMap((of) => of.contents);
      if (composed.kind === 'file') {
        let at = 0;
        for (const one of contents) {
          at = composed.text.indexOf(one, at);
          expect(at).toBeGreaterThanOrEqual(0);
          at += one.length;
        }
        return;
      }
      const blocks = composed.bodies.flatMap((body) => {
        const { text, entities } = parseHtml(body);
        return entities
          .filter(({ type }) => type === 'pre')
          .map(({ offset, length }) => text.slice(offset, offset + length));
      });
      expect(blocks).toEqual(contents);
    }),
    { numRuns: 300 },
  );
});

test('no part is longer than a message, and every tag is closed', () => {
  fc.assert(
    fc.property(headers, goods, (header, bought) => {
      const composed = compose(header, bought);
      const parts = composed.kind === 'file' ? [composed.caption] : composed.bodies;
      for (const part of parts) {
        expect(parseHtml(part).text.length).toBe(visibleLength(part));
        expect(visibleLength(part)).toBeLessThanOrEqual(composed.kind === 'file' ? MAX_CAPTION : MAX_TEXT);
      }
    }),
    { numRuns: 300 },
  );
});

test('a header that changes between two attempts moves no goods to another part', () => {
  fc.assert(
    fc.property(headers, headers, goods, (one, other, bought) => {
      const [first, second] = [compose(one, bought), compose(other, bought)];
      expect(first.kind).toBe(second.kind);
      if (first.kind === 'file' || second.kind === 'file') return;
      expect(first.bodies.slice(1)).toEqual(second.bodies.slice(1));
      expect(first.bodies).toHaveLength(second.bodies.length);
    }),
    { numRuns: 200 },
  );
});

test('no message carries more formatting than Telegram shows, however many goods there are', () => {
  const many = (units: number): Goods[] => [
    { product: 'Voucher', contents: Array.from({ length: units }, (_, n) => `KODE-${n}`) },
  ];
  for (const units of [1, 38, 39, 40, 150, 230]) {
    const composed = compose(html`<b>Terima kasih</b>`, many(units));
    expect(composed.kind).toBe('messages');
    if (composed.kind !== 'messages') return;
    for (const body of composed.bodies) expect(parseHtml(body).entities.length).toBeLessThanOrEqual(100);
    expect(composed.bodies.length).toBeGreaterThan(units > 39 ? 1 : 0);
  }
  expect(compose(html`<b>Terima kasih</b>`, many(400)).kind).toBe('file');
});

test.each(['a\tb', 'kiri\u202ekanan', 'baris\u2028baru', 'a\u0333', 'b\u033f', 'A\u030a'])(
  '%j would not arrive as it is in a text: it comes in a file, byte by byte',
  (content) => {
    const composed = compose(html`<b>Terima kasih</b>`, [{ product: 'Akun', contents: [content] }]);
    expect(composed).toMatchObject({ kind: 'file', text: `=== Akun ===\n${content}` });
  },
);
