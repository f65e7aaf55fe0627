import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tx } from '../../kernel/db.ts';
import { parseHtml } from '../../sandbox/telegram/html.ts';
import { typedHtml } from '../../tenant-runtime/bot/entities.ts';
import { clip, plainText, rawHtml, split, visibleLength } from '../../tenant-runtime/bot/html.ts';
import {
  createTemplates,
  LONGEST_VALUE,
  TEMPLATE_KEYS,
  TEMPLATES,
  type TemplateKey,
  type TemplateValues,
  validateTemplate,
} from '../../tenant-runtime/modules/staff/templates/index.ts';

/** A database that holds one changed template and nothing else. */
const holding = (body: string): Tx => ({
  query: async <R>(text: string) => (text.startsWith('SELECT body') ? [{ body }] : []) as R[],
  afterCommit: () => {},
});

const STORE = 'Warung <Uji> & "Kawan" {nama}';
const templates = createTemplates({
  storeName: STORE,
  audit: { record: async () => {}, flush: async () => {} },
  onRollback: async () => {},
});

const render = (key: TemplateKey, body: string, values: Record<string, string>) =>
  templates.render(holding(body), key, values as TemplateValues<TemplateKey>);

/** What people and their phones put into names: markup, references, placeholders, emoji, much of it. */
const wild = fc.string({
  unit: fc.oneof(
    fc.constantFrom('<', '>', '&', '"', '</b>', '<br>', '&lt;', '{nama}', '{', '}', '😀', '\n', '$&'),
    fc.string({ maxLength: 1 }),
  ),
  maxLength: 400,
});
const values = fc.dictionary(
  fc.constantFrom(...new Set(TEMPLATE_KEYS.flatMap((key) => TEMPLATES[key].placeholders))),
  wild,
);
const all = values.map((some) =>
  Object.fromEntries(
    TEMPLATE_KEYS.flatMap((key) => [...TEMPLATES[key].placeholders]).map((name) => [name, some[name] ?? 'x<']),
  ),
);
const keys = fc.constantFrom(...TEMPLATE_KEYS);

/** Bodies that an owner may have meant: words, placeholders and markup in any order, most of them wrong somewhere. */
const bodies = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom('<b>', '</b>', '<i>', '</i>', '<a href="https://x.id">', '</a>', '&amp;', '&', '>'),
      },
      { weight: 3, arbitrary: fc.constantFrom('{nama}', '{nama_toko}', '{produk}', '{saldo}', '{lain}') },
      { weight: 3, arbitrary: fc.string({ maxLength: 12 }) },
      { weight: 1, arbitrary: fc.constant('kata '.repeat(300)) },
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

test('whatever is accepted renders with any values to what Telegram takes, within the limit', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(keys, bodies, all, async (key, body, given) => {
      if (validateTemplate(key, body)) return;
      accepted += 1;
      const text = await render(key, body, given);
      expect(() => parseHtml(text)).not.toThrow();
      expect(visibleLength(text)).toBeLessThanOrEqual(TEMPLATES[key].max);
      expect(parseHtml(text).text.length).toBe(visibleLength(text));
    }),
    { numRuns: 600 },
  );
  expect(accepted).toBeGreaterThan(50);
});

test('no value is markup, and no placeholder of ours is left', async () => {
  await fc.assert(
    fc.asyncProperty(keys, all, async (key, given) => {
      const marked = TEMPLATES[key].placeholders.map((name) => `«${name}:{${name}}»`).join('');
      const text = await render(key, marked, given);
      const parsed = parseHtml(text);
      expect(parsed.entities).toEqual([]);
      const shown = parsed.text.split('»').slice(0, -1);
      for (const [index, name] of TEMPLATES[key].placeholders.entries()) {
        const value = name === 'nama_toko' ? STORE : given[name]!;
        expect(shown[index]).toBe(`«${name}:${clip(value, LONGEST_VALUE[name])}`);
      }
    }),
  );
});

test('the defaults render with any values within their limits', async () => {
  await fc.assert(
    fc.asyncProperty(keys, all, async (key, given) => {
      const text = await render(key, TEMPLATES[key].body, given);
      expect(() => parseHtml(text)).not.toThrow();
      expect(visibleLength(text)).toBeLessThanOrEqual(TEMPLATES[key].max);
    }),
  );
});

test('what is said without markup is what Telegram would show', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      if (validateTemplate('welcome', body)) return;
      expect(plainText(rawHtml(body))).toBe(parseHtml(body).text);
    }),
  );
});

test('a text in pieces is the text again, and no piece is longer than asked', () => {
  fc.assert(
    fc.property(wild, fc.integer({ min: 2, max: 60 }), (text, max) => {
      const pieces = split(text, max);
      expect(pieces.join('')).toBe(text);
      for (const piece of pieces) {
        expect(piece.length).toBeLessThanOrEqual(max);
        if (text.isWellFormed()) expect(piece.isWellFormed()).toBe(true);
      }
    }),
  );
});

test('formatting of any kind, nested or overlapping, becomes tags that nest and loses no letter', () => {
  const mark = fc.record({
    type: fc.constantFrom('bold', 'italic', 'underline', 'spoiler', 'code', 'blockquote', 'url'),
    offset: fc.nat({ max: 30 }),
    length: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '.'), maxLength: 30 }),
      fc.array(mark),
      (text, entities) => {
        const { body } = typedHtml({ text, entities: entities as Parameters<typeof typedHtml>[0]['entities'] });
        expect(parseHtml(body).text).toBe(text);
      },
    ),
  );
});
