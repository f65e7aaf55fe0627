import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { scheduleOf } from '../../control-plane/monitoring/health/schedules.ts';
import { nextOccurrence } from '../../kernel/recurrence.ts';

const placeOf = (id: string, intervalMinutes: number): number =>
  nextOccurrence(scheduleOf(id, intervalMinutes).recurrence, new Date(0)).getTime();

test.each([1, 5, 7, 45, 100, 1440])('every %i minutes is at equal distances, from the first on', (minutes) => {
  for (let n = 0; n < 20; n++) {
    const { recurrence } = scheduleOf(randomUUID(), minutes);
    let before = nextOccurrence(recurrence, new Date());
    expect(before.getTime() - Date.now()).toBeLessThanOrEqual(minutes * 60_000);
    for (let k = 0; k < 60; k++) {
      const next = nextOccurrence(recurrence, before);
      expect(next.getTime() - before.getTime()).toBe(minutes * 60_000);
      before = next;
    }
  }
});

test('a thousand stores are spread over the seconds of their interval', () => {
  const places = new Map<number, number>();
  for (let n = 0; n < 1000; n++) {
    const place = placeOf(randomUUID(), 5);
    places.set(place, (places.get(place) ?? 0) + 1);
  }
  // 300 places; evenly by chance there are three or four at each.
  expect(places.size).toBeGreaterThan(250);
  expect(Math.max(...places.values())).toBeLessThan(20);
});

test('a store keeps its place', () => {
  const id = randomUUID();
  expect(scheduleOf(id, 5)).toEqual(scheduleOf(id, 5));
});
