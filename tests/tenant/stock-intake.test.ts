import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutInvisible } from '../../kernel/text.ts';
import { listFile, readIntake } from '../../tenant-runtime/modules/shop/stock/index.ts';
import { linesWithoutMark, unitsOfFile, unitsOfText } from '../../tenant-runtime/modules/shop/stock/intake.ts';

describe('what admins send', () => {
  test('one message is one unit, however many lines it has', () => {
    expect(unitsOfText('user: a\npass: b\n')).toMatchObject({ ok: true, units: ['user: a\npass: b'], empty: 0 });
  });

  test('below #massal each line is one unit', () => {
    expect(unitsOfText('#MASSAL \r\na\r\n\r\n  b  \n c')).toEqual({
      ok: true,
      units: ['a', 'b', 'c'],
      empty: 1,
      tooLong: 0,
    });
  });

  test.each(['#massal', '#massal\n', '   ', '#massal\n\n \n'])('%j holds nothing', (text) => {
    expect(unitsOfText(text)).toEqual({ ok: false, problem: 'nothing' });
  });

  test.each(['#Massal\n', '# massal\n', '#masal\n', '#mass al:\n', '＃MASSAL  \n', '\u200B#massal\n', '#massal '])(
    '%j is understood, and is no unit',
    (mark) => {
      expect(unitsOfText(`${mark}a\nb`)).toMatchObject({ units: ['a', 'b'] });
      expect(linesWithoutMark(`${mark}a\nb`)).toBe(0);
    },
  );

  test('what only begins like #massal is part of a unit', () => {
    expect(unitsOfText('#massaljaya a\nb')).toMatchObject({ units: ['#massaljaya a\nb'] });
    expect(linesWithoutMark('#massaljaya a\n\nb')).toBe(2);
  });

  test('what cannot be seen is no part of a unit, in a message and in a file', () => {
    expect(unitsOfText('#massal\n\uFEFFa\u200Bb\u2060\n\u3164\nc')).toMatchObject({ units: ['ab', 'c'], empty: 1 });
    expect(unitsOfFile(Buffer.from('x\u202Ey\u200F\n'))).toMatchObject({ units: ['xy'] });
  });

  test('a file may begin with a byte-order mark and break its lines in any way', () => {
    expect(unitsOfFile(Buffer.from('\uFEFFa|<&>"\r\nb\rc 😀\n\n\nd\n'))).toEqual({
      ok: true,
      units: ['a|<&>"', 'b', 'c 😀', 'd'],
      empty: 2,
      tooLong: 0,
    });
  });

  test.each([
    ['Latin-1', Buffer.from([0x61, 0xe9, 0x62])],
    ['UTF-16', Buffer.from('\uFEFFa\nb', 'utf16le')],
    ['binary', Buffer.from('a\0b')],
  ])('a file in %s is refused', (_, bytes) => {
    expect(unitsOfFile(bytes)).toEqual({ ok: false, problem: 'not_utf8' });
  });

  test('units that are too long are counted, and alone they are refused', () => {
    const long = 'x'.repeat(16_001);
    expect(unitsOfFile(Buffer.from(`a\n${long}\n${'y'.repeat(16_000)}`))).toMatchObject({ tooLong: 1, ok: true });
    expect(unitsOfFile(Buffer.from(long))).toEqual({ ok: false, problem: 'too_long' });
  });

  test('a file with too many lines is refused', () => {
    expect(unitsOfFile(Buffer.from('a\n'.repeat(100_000)))).toMatchObject({ ok: true });
    expect(unitsOfFile(Buffer.from('a\n'.repeat(100_001)))).toEqual({ ok: false, problem: 'too_many' });
    expect(unitsOfFile(Buffer.from('\n'.repeat(20_000_000)))).toEqual({ ok: false, problem: 'too_many' });
  });

  test('every line that holds something arrives, whatever the line breaks', () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .map(withoutInvisible)
      .filter((text) => text.trim() === text && !/[\r\n\0]/.test(text) && text !== '');
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.constantFrom('\n', '\r\n', '\r'), (all, brk) => {
        expect(unitsOfFile(Buffer.from(all.join(brk)))).toMatchObject({ ok: true, units: all, empty: 0 });
      }),
    );
  });

  test('a file is looked at before it is fetched', () => {
    const opened: string[] = [];
    const read = (document: object) =>
      readIntake(
        { document } as never,
        (id) => {
          opened.push(id);
          throw new Error('offline');
        },
        () => {},
      );
    const wanted = (document: object) => listFile({ document } as never);
    const table = { file_id: '1', file_name: 'stok.xlsx' };
    const huge = { file_id: '2', file_name: 'a.txt', file_size: 20 * 1024 * 1024 + 1 };
    const good = { file_id: '3', file_name: 'STOK.TXT', file_size: 5 };
    expect([table, huge, good].map(wanted)).toEqual([undefined, undefined, '3']);
    expect(read(table)).toEqual({ ok: false, problem: 'not_txt' });
    expect(read(huge)).toEqual({ ok: false, problem: 'file_too_big' });
    expect(opened).toEqual([]);
    expect(read(good)).toEqual({ ok: false, problem: 'download_failed' });
    expect(opened).toEqual(['3']);
    expect(
      readIntake(
        { sticker: {} } as never,
        () => Buffer.alloc(0),
        () => {},
      ),
    ).toEqual({ ok: false, problem: 'not_goods' });
  });
});
