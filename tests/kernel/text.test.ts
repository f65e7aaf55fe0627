import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isCancelWord,
  isolated,
  isStorable,
  quotable,
  quotableLine,
  unstorableIn,
  withoutInvisible,
  withStorableTexts,
} from '../../kernel/text.ts';

const around = fc.string({
  unit: fc.constantFrom(...' .,!?…"\'()[]*_~-–❌🙏🚫\t\n\u200B\uFEFF'.match(/./gsu)!),
  maxLength: 8,
});
const cases = (word: string) =>
  fc
    .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
    .map((upper) => [...word].map((letter, index) => (upper[index] ? letter.toUpperCase() : letter)).join(''));
const words = fc.constantFrom('batal', 'batalkan', 'cancel').chain(cases);

test('"batal" is understood in any case, with anything around it that is no letter and no digit', () => {
  fc.assert(fc.property(around, words, around, (before, word, after) => isCancelWord(before + word + after)));
});

test('it is understood as a command, also with the name of the bot, and in full width', () => {
  for (const text of ['/batal', '/CANCEL', '/batal@warung_test_bot', '❌ Batal', 'ＢＡＴＡＬ', '*batal*']) {
    expect(isCancelWord(text), text).toBe(true);
  }
});

test('whatever has another word or a digit beside it is no cancellation', () => {
  const other = fc.string({ unit: fc.constantFrom(...'abcxyz019ñا'.match(/./gsu)!), minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(words, other, (word, more) => !isCancelWord(`${word} ${more}`) && !isCancelWord(`${more} ${word}`)),
  );
  for (const text of ['', '❌', 'batalin', 'dibatalkan?', 'tg1-abc | batal', 'Pembatalan', 'jangan batal', 'batal 2']) {
    expect(isCancelWord(text), text).toBe(false);
  }
});

test('what cannot be seen is taken out of a text, whatever else it holds', () => {
  const unseen = '\u00AD\u200B\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2066\u2069\u3164\uFEFF'.match(/./gsu)!;
  const pieces = fc.array(fc.oneof(fc.string(), fc.constantFrom(...unseen)));
  fc.assert(
    fc.property(pieces, (parts) => {
      const clean = withoutInvisible(parts.join(''));
      expect(clean).toBe(withoutInvisible(clean));
      for (const character of unseen) expect(clean).not.toContain(character);
    }),
  );
  expect(withoutInvisible('\uFEFFa\u200Bk\u200Du\u200Cn@x.id\u2060:p\u3164')).toBe('akun@x.id:p');
});

test('a joiner stays where it holds an emoji or letters together', () => {
  for (const text of ['👨‍👩‍👧', '👩🏽‍💻 kerja', '❤️‍🔥', 'می‌خواهم', 'क्‍ष']) expect(withoutInvisible(text)).toBe(text);
});

test('a name from right to left is isolated, others and texts of several lines are not', () => {
  expect(isolated('محمد')).toBe('\u2068محمد\u2069');
  expect(isolated('Budi')).toBe('Budi');
  expect(isolated('محمد\nBudi')).toBe('محمد\nBudi');
});

test('what a stranger wrote can be seen whole, is of one line where it should be, and is no longer than asked', () => {
  const hostile = fc.string({
    unit: fc.constantFrom(
      ...'ab \n\r\u2028\u0085\u001B\u009B\u0000\u202E\u2066\u200B\u061C\u{E0041}\u0300\uD800👩\u200D'.match(/./gsu)!,
    ),
    maxLength: 300,
  });
  fc.assert(
    fc.property(hostile, fc.integer({ min: 4, max: 200 }), (text, longest) => {
      const shown = quotable(text, longest);
      expect(shown.length).toBeLessThanOrEqual(longest);
      expect(shown.isWellFormed()).toBe(true);
      expect(shown).not.toMatch(/(?!\n)[\p{Cc}\u2028\u202E\u2066\u200B\u061C\u{E0041}]/u);
      expect(quotableLine(text, longest)).not.toMatch(/\n/);
    }),
  );
  expect(quotable(`Lapak:\u202E nwod${'\n'.repeat(9)}x`, 99)).toBe('Lapak: nwod\n\nx');
  expect(quotableLine('Warung\n🛠 Lapak', 64)).toBe('Warung 🛠 Lapak');
  expect(quotable(`a${'\u0300'.repeat(50)}b`, 99)).toBe(`a${'\u0300'.repeat(3)}b`);
});

const anyText = fc.string({ unit: fc.constantFrom('a', '\0', '\ud800', '\udc00', '😀', '\n'), maxLength: 6 });
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    anyText,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 3 }),
  ),
})).value;

test('whatever is parsed of JSON, its texts and names can be stored, and their lengths stay', () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      const before = JSON.stringify(value);
      const isFine = unstorableIn(value) === undefined;
      const after = withStorableTexts(value);
      expect(unstorableIn(after)).toBeUndefined();
      if (isFine) expect(JSON.stringify(after)).toBe(before);
    }),
  );
  fc.assert(fc.property(anyText, (text) => withStorableTexts(text).length === text.length));
  expect(withStorableTexts({ text: 'a\0😀\ud83d' })).toEqual({ text: 'a\ufffd😀\ufffd' });
  expect([isStorable('😀'), isStorable('\ude00\ud83d'), isStorable('\0')]).toEqual([true, false, false]);
});

test('a value that is nested deeper than a stack is looked through too', () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}"\\u0000"${']'.repeat(100_000)}`);
  expect(unstorableIn(deep)).toHaveLength(200_000);
});
