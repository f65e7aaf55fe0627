import { expect, test } from 'vitest';
import { dateTime } from '../../tenant-runtime/bot/time.ts';

const at = new Date('2026-07-22T07:05:00Z');

test.each([
  ['Asia/Jakarta', '22 Jul 2026, 14.05 WIB'],
  ['Asia/Pontianak', '22 Jul 2026, 14.05 WIB'],
  ['Asia/Makassar', '22 Jul 2026, 15.05 WITA'],
  ['Asia/Jayapura', '22 Jul 2026, 16.05 WIT'],
  ['Asia/Singapore', '22 Jul 2026, 15.05 GMT+8'],
  ['Asia/Kolkata', '22 Jul 2026, 12.35 GMT+5.30'],
  ['America/New_York', '22 Jul 2026, 03.05 GMT-4'],
  ['UTC', '22 Jul 2026, 07.05 GMT'],
])('a time in %s says which zone it is of', (zone, written) => {
  expect(dateTime(zone)(at)).toBe(written);
});

test('the offset is that of the day, not of today', () => {
  expect(dateTime('America/New_York')(new Date('2026-12-22T07:05:00Z'))).toMatch(/02\.05 GMT-5$/);
});
