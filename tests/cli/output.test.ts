import { expect, test } from 'vitest';
import { terminalJson } from '../../cli/output/output.ts';
import { facts, table } from '../../cli/output/table.ts';
import { megabytes, printable, width } from '../../cli/output/text.ts';
import { duration, relative } from '../../cli/output/time.ts';

test('columns are as wide as their widest cell, emoji and all', () => {
  const lines = table(
    ['A', 'B'],
    [
      ['🎉 toko', 'x'],
      ['b', 'y'],
    ],
  ).split('\n');
  expect(lines).toEqual(['A        B', '🎉 toko  x', 'b        y']);
  expect(lines.map(width)).toEqual([10, 10, 10]);
});

test('facts leave out what is not known', () => {
  expect(facts({ Store: 'a', Reason: undefined, Up: 1 })).toBe('Store  a\nUp     1');
});

test('what others wrote cannot move the cursor, colour the screen or start a line', () => {
  expect(printable('a\u001b[31mred\u001b[0m\r\nb\u0007\u009b2Jc\u2028d')).toBe('ared b c d');
  expect(printable('warung 🛍 Budi')).toBe('warung 🛍 Budi');
});

test('what others wrote hides nothing and turns no line around, and as JSON says so without loss', () => {
  expect(printable('lapak\u202Egro.live\u2066\u200B ok')).toBe('lapakgro.live ok');
  const value = { name: 'a\u009b2J\u202Eb\u2028c' };
  expect(terminalJson(value)).toContain('a\\u009b2J\\u202eb\\u2028c');
  expect(JSON.parse(terminalJson(value))).toEqual(value);
});

test.each([
  [0, '0.0 s'],
  [1234, '1.2 s'],
  [12_400, '12 s'],
  [65_000, '1 min 05 s'],
  [7_800_000, '2 h 10 min'],
])('%d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test.each([
  ['2026-05-02T11:59:58Z', 'just now'],
  ['2026-05-02T11:59:30Z', '30 s ago'],
  ['2026-05-02T11:00:00Z', '1 h ago'],
  ['2026-04-29T12:00:00Z', '3 days ago'],
  ['2026-05-04T12:00:00Z', 'in 2 days'],
  ['2025-01-01T12:00:00Z', '2025-01-01'],
])('seen from noon of 2 May 2026, %s is %s', (at, text) => {
  expect(relative(at, Date.parse('2026-05-02T12:00:00Z'))).toBe(text);
});

test('a time that is not there is a dash', () => {
  expect(relative(null)).toBe('-');
});

test('sizes are told in megabytes', () => {
  expect([127_040, 42_000_000].map(megabytes)).toEqual(['0.13 MB', '42 MB']);
});
