import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expired, type Keepable } from '../../../control-plane/recovery/backups/retention.ts';

const DAY = 86_400_000;
const NOW = new Date('2026-06-15T12:00:00Z');
const ZONE = 'Asia/Jakarta';

const backup = fc.record({
  // As many of the last days as of all the others: several of one day, too.
  hoursAgo: fc.oneof(fc.integer({ min: 0, max: 24 * 8 }), fc.integer({ min: 0, max: 24 * 500 })),
  verified: fc.boolean(),
  reason: fc.constantFrom('scheduled', 'manual', 'before-upgrade', 'before-remove'),
});
const backups = fc.array(backup, { maxLength: 120 }).map((list) =>
  list.map(
    ({ hoursAgo, ...rest }, id): Keepable => ({
      ...rest,
      id: String(id),
      at: new Date(NOW.getTime() - hoursAgo * 3_600_000),
    }),
  ),
);
const kept = (all: Keepable[], now = NOW) => {
  const gone = new Set(expired(all, now, ZONE));
  return all.filter(({ id }) => !gone.has(id));
};
const age = ({ at }: Keepable) => NOW.getTime() - at.getTime();
const dayOf = ({ at }: Keepable) => new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(at);

test('the newest verified backup is never deleted, whatever else there is', () => {
  fc.assert(
    fc.property(backups, (all) => {
      const newest = all.filter((one) => one.verified).sort((a, b) => age(a) - age(b))[0];
      if (newest) expect(kept(all).some((one) => age(one) === age(newest) && one.verified)).toBe(true);
    }),
  );
});

test('each of the last seven days with a verified backup keeps one', () => {
  fc.assert(
    fc.property(backups, (all) => {
      const days = (list: Keepable[]) => [...new Set(list.filter((one) => one.verified).map(dayOf))].sort().reverse();
      const left = new Set(days(kept(all)));
      for (const day of days(all).slice(0, 7)) expect(left).toContain(day);
    }),
  );
});

test('what was taken before a change stays for a week, and what is younger than a day stays', () => {
  fc.assert(
    fc.property(backups, (all) => {
      const left = new Set(kept(all));
      for (const one of all) {
        if (age(one) < DAY || (age(one) < 7 * DAY && one.reason.startsWith('before-'))) expect(left).toContain(one);
      }
    }),
  );
});

test('what is not the last of its day stays for a day, and for a week when it was taken before a change', () => {
  const one = (id: string, ms: number, reason: string): Keepable => {
    return { id, at: new Date(NOW.getTime() - ms), verified: true, reason };
  };
  const hour = 3_600_000;
  const change = one('change', 7 * DAY - 1, 'before-upgrade');
  const all = [change, one('later', 7 * DAY - hour, 'scheduled')];
  const hand = [one('by hand', DAY - 1, 'manual'), one('last', DAY - hour, 'scheduled'), ...all];
  expect(expired(hand, NOW, ZONE)).toEqual([]);
  expect(expired(hand, new Date(NOW.getTime() + 1), ZONE)).toEqual(['by hand', 'change']);
});

test('what was never verified stays for a week and goes then', () => {
  const one = (id: string, ms: number): Keepable => {
    return { id, at: new Date(NOW.getTime() - ms), verified: false, reason: 'before-upgrade' };
  };
  expect(expired([one('young', 7 * DAY - 1), one('old', 7 * DAY)], NOW, ZONE)).toEqual(['old']);
});

test('deleting twice deletes nothing more, and the count is bounded', () => {
  fc.assert(
    fc.property(backups, (all) => {
      const left = kept(all);
      expect(expired(left, NOW, ZONE)).toEqual([]);
      const old = left.filter((one) => age(one) >= 7 * DAY);
      expect(old.length).toBeLessThanOrEqual(7 + 4 + 12);
    }),
  );
});

test('a year of daily backups is kept as seven days, four weeks and twelve months of the store', () => {
  const all = Array.from(
    { length: 400 },
    (_, n): Keepable => ({
      id: String(n),
      at: new Date(NOW.getTime() - n * DAY - 9 * 3_600_000),
      verified: true,
      reason: 'scheduled',
    }),
  );
  const days = kept(all).map(dayOf);
  expect(days.slice(0, 7)).toEqual(Array.from({ length: 7 }, (_, n) => `2026-06-${15 - n}`.replace(/-(\d)$/, '-0$1')));
  expect(days.slice(7)).toEqual([
    // Sundays, then the last days of months.
    ...['2026-06-07', '2026-05-31'],
    ...['2026-04-30', '2026-03-31', '2026-02-28', '2026-01-31', '2025-12-31', '2025-11-30', '2025-10-31', '2025-09-30'],
    ...['2025-08-31', '2025-07-31'],
  ]);
});

test('a day ends when it ends for the store, not in UTC', () => {
  const late = (id: string, at: string): Keepable => ({ id, at: new Date(at), verified: true, reason: 'scheduled' });
  // 18:00 and 20:00 UTC are both of the next day in Jakarta; in UTC 16:00 would be of the same.
  const all = [late('a', '2026-06-01T16:00:00Z'), late('b', '2026-06-01T18:00:00Z'), late('c', '2026-06-01T20:00:00Z')];
  expect(expired(all, NOW, ZONE)).toContain('b');
  expect(expired(all, NOW, ZONE)).not.toContain('a');
  expect(expired(all, NOW, 'UTC')).toEqual(['a', 'b']);
});
