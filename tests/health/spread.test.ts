import { randomUUID } from 'node:crypto';
import { CronExpressionParser } from 'cron-parser';
import { expect, test } from 'vitest';
import { scheduleOf } from '../../control-plane/monitoring/health/schedules.ts';

test.each([
  [1, 1],
  [5, 5],
  [7, 6],
  [45, 30],
  [60, 60],
  [100, 60],
  [500, 480],
  [1440, 1440],
])('every %i minutes is every %i at equal distances', (asked, given) => {
  for (let n = 0; n < 20; n++) {
    const walk = CronExpressionParser.parse(scheduleOf(randomUUID(), asked).cron, { tz: 'UTC' });
    let before = walk.next().getTime();
    for (let k = 0; k < 60; k++) {
      const next = walk.next().getTime();
      expect(next - before).toBe(given * 60_000);
      before = next;
    }
  }
});

test('a thousand stores are spread over the minutes and seconds of their interval', () => {
  const places = new Map<string, number>();
  for (let n = 0; n < 1000; n++) {
    const { cron, afterSeconds } = scheduleOf(randomUUID(), 5);
    const place = `${cron.split('-')[0]}:${afterSeconds}`;
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
