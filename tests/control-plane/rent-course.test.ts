import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOf } from '../../control-plane/people/rent/calendar.ts';
import {
  courseOf,
  isLater,
  nextAfter,
  overAt,
  type RentTerms,
  stageAt,
} from '../../control-plane/people/rent/course.ts';

const JAKARTA: RentTerms = { paidUntil: endOf('2026-12-31', 'Asia/Jakarta'), timeZone: 'Asia/Jakarta', graceDays: 3 };
const shown = (terms: RentTerms) => courseOf(terms).map(({ stage, at }) => `${stage} ${at.toISOString()}`);

test('the end of a day is the first moment of the next, where the store is', () => {
  expect(endOf('2026-12-31', 'Asia/Jakarta').toISOString()).toBe('2026-12-31T17:00:00.000Z');
  expect(endOf('2026-12-31', 'Asia/Jayapura').toISOString()).toBe('2026-12-31T15:00:00.000Z');
  expect(endOf('2026-03-29', 'Europe/Berlin').toISOString()).toBe('2026-03-29T22:00:00.000Z');
});

describe('the course of a rent', () => {
  test('reminds at nine in the morning of the store, 7, 3 and 1 days before the last day', () => {
    expect(shown(JAKARTA)).toEqual([
      'ahead_7 2026-12-24T02:00:00.000Z',
      'ahead_3 2026-12-28T02:00:00.000Z',
      'ahead_1 2026-12-30T02:00:00.000Z',
      'due 2027-01-01T02:00:00.000Z',
      'over 2027-01-03T17:00:00.000Z',
    ]);
  });

  test('keeps to the clocks on the wall when they are set forward', () => {
    const terms = { ...JAKARTA, timeZone: 'Europe/Berlin', paidUntil: endOf('2026-03-31', 'Europe/Berlin') };
    expect(shown(terms).slice(0, 2)).toEqual(['ahead_7 2026-03-24T08:00:00.000Z', 'ahead_3 2026-03-28T08:00:00.000Z']);
    expect(shown(terms)[2]).toBe('ahead_1 2026-03-30T07:00:00.000Z');
  });

  test('has no time between due and over without a grace', () => {
    expect(shown({ ...JAKARTA, graceDays: 0 }).slice(3)).toEqual(['over 2026-12-31T17:00:00.000Z']);
  });

  test('names the newest stage that has begun, and when the next does', () => {
    const course = courseOf(JAKARTA);
    expect(stageAt(course, new Date('2026-12-01T00:00:00Z'))).toBeNull();
    expect(stageAt(course, new Date('2026-12-29T00:00:00Z'))).toBe('ahead_3');
    expect(nextAfter(course, new Date('2026-12-29T00:00:00Z'))?.toISOString()).toBe('2026-12-30T02:00:00.000Z');
    expect(stageAt(course, new Date('2027-02-01T00:00:00Z'))).toBe('over');
    expect(nextAfter(course, new Date('2027-02-01T00:00:00Z'))).toBeNull();
  });

  test('tells a stage once, and none of those before it', () => {
    expect(isLater('ahead_7', null)).toBe(true);
    expect(isLater('due', 'ahead_1')).toBe(true);
    expect(isLater('due', 'due')).toBe(false);
    expect(isLater('ahead_3', 'due')).toBe(false);
  });
});

const ZONES = ['Asia/Jakarta', 'Asia/Jayapura', 'Europe/Berlin', 'America/New_York', 'Pacific/Auckland', 'UTC'];
const anyTerms = fc
  .record({
    // Whole seconds of many years, so that clocks are set forward and back in some of the zones.
    paidUntil: fc.integer({ min: 1_750_000_000, max: 2_000_000_000 }).map((seconds) => new Date(seconds * 1000)),
    timeZone: fc.constantFrom(...ZONES),
    graceDays: fc.integer({ min: 0, max: 90 }),
  })
  .map((terms): RentTerms => terms);
const later = (at: Date, ms: number) => new Date(at.getTime() + ms);

test('a store stands still as soon as its grace is over and not a moment before, wherever it is', () => {
  fc.assert(
    fc.property(anyTerms, (terms) => {
      const { paidUntil, graceDays } = terms;
      const course = courseOf(terms);
      const over = later(paidUntil, graceDays * 86_400_000);
      expect(overAt(terms)).toEqual(over);
      expect(stageAt(course, over)).toBe('over');
      expect(stageAt(course, later(over, -1))).not.toBe('over');
      // While there is a grace the store is looked at again at its end, whenever it is looked at.
      if (graceDays > 1) expect(stageAt(course, later(over, -1))).toBe('due');
      expect(nextAfter(course, later(over, -1))).toEqual(over);
      expect(course.map(({ at }) => at.getTime())).toEqual(course.map(({ at }) => at.getTime()).sort((a, b) => a - b));
      for (const { stage, at } of course) expect(at < paidUntil).toBe(stage.startsWith('ahead'));
    }),
  );
});
