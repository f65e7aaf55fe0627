import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAntiSpam, type Verdict } from '../../tenant-runtime/modules/staff/anti-spam/index.ts';

function scene(limits = {}) {
  let at = 1_000_000;
  const antiSpam = createAntiSpam({ clock: { now: () => new Date(at) }, limits });
  return {
    antiSpam,
    /** Acts after a pause of `ms`. */
    act(ms: number, userId = 7, sentAt?: number): Verdict {
      at += ms;
      return antiSpam.judge(userId, sentAt);
    },
  };
}

test('the fifth action with gaps of one second is refused', () => {
  const { act } = scene();
  expect([0, 1000, 1000, 1000, 1000].map((gap) => act(gap))).toEqual([
    'admitted',
    'admitted',
    'admitted',
    'admitted',
    'refused_aloud',
  ]);
});

test('a pause of more than a second begins a new chain', () => {
  const { act } = scene();
  for (const gap of [0, 500, 500, 500]) expect(act(gap)).toBe('admitted');
  for (const gap of [1001, 500, 500, 500]) expect(act(gap)).toBe('admitted');
  expect(act(1000)).toBe('refused_aloud');
});

test('whoever goes on is refused in silence, and told again after two minutes', () => {
  const { act } = scene();
  for (const gap of [0, 1, 1, 1]) act(gap);
  expect(act(1)).toBe('refused_aloud');
  for (let i = 0; i < 119; i += 1) expect(act(1000)).toBe('refused');
  expect(act(1000)).toBe('refused_aloud');
});

test('the answer is not repeated by a second chain within two minutes', () => {
  const { act } = scene();
  for (const gap of [0, 1, 1, 1, 1]) act(gap);
  expect(act(5000)).toBe('admitted');
  for (const gap of [1, 1, 1]) act(gap);
  expect(act(1)).toBe('refused');
});

test('an album is one action, however many pictures it has', () => {
  const { antiSpam } = scene();
  for (let picture = 0; picture < 10; picture += 1) expect(antiSpam.judge(7, undefined, 'album-1')).toBe('admitted');
  for (let n = 0; n < 3; n += 1) expect(antiSpam.judge(7)).toBe('admitted');
  expect(antiSpam.judge(7)).toBe('refused_aloud');
});

test('people do not share a chain', () => {
  const { act } = scene();
  for (let i = 0; i < 4; i += 1) expect([act(0, 1), act(0, 2)]).toEqual(['admitted', 'admitted']);
  expect(act(0, 1)).toBe('refused_aloud');
});

test('messages that waited for a store that was down are judged by when they were sent', () => {
  const { act } = scene();
  for (let i = 0; i < 20; i += 1) expect(act(0, 7, 100 + i * 2)).toBe('admitted');
  for (let i = 0; i < 3; i += 1) expect(act(0, 7, 138)).toBe('admitted');
  expect(act(0, 7, 139)).toBe('refused_aloud');
});

test('however many people act, no more than the limit are remembered, and those are the last ones', () => {
  const { antiSpam, act } = scene({ people: 3 });
  for (const id of [1, 2, 3, 1, 4]) act(1, id);
  expect(antiSpam.size()).toBe(3);
  // 1 acted after 2, so that 2 was forgotten: its chain begins anew while that of 1 goes on.
  for (let i = 0; i < 2; i += 1) act(1, 1);
  expect(act(1, 1)).toBe('refused_aloud');
});

test('nobody who always pauses for more than a second is ever refused', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1001, max: 10_000 }), { maxLength: 50 }), (gaps) => {
      const { act } = scene();
      return gaps.every((gap) => act(gap) === 'admitted');
    }),
  );
});

test('an action is refused exactly when the four before it follow at gaps of at most a second', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 60 }), (gaps) => {
      const { act } = scene();
      gaps.forEach((gap, index) => {
        const chained = index >= 4 && gaps.slice(index - 3, index + 1).every((each) => each <= 1000);
        expect(act(gap) !== 'admitted').toBe(chained);
      });
    }),
  );
});
