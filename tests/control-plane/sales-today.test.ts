import { expect, test } from 'vitest';
import { oldAfter } from '../../control-plane/people/sales/today.ts';

test('what stores sold is counted each minute for a few, and less often the more there are to ask', () => {
  expect([1, 200, 1_000, 10_000].map(oldAfter)).toEqual([60_000, 60_000, 300_000, 3_000_000]);
});
