import { expect, test } from 'vitest';
import { createPlan } from './plan.ts';
import { troubles } from './troubles.ts';

test('a seed says who buys what, and what breaks in which order', () => {
  const first = (seed: number) =>
    Array.from(
      { length: 200 },
      (
        (all) => () =>
          all.next().value
      )(troubles(seed)),
    );
  expect(createPlan(7, 100)).toEqual(createPlan(7, 100));
  expect(createPlan(7, 100)).not.toEqual(createPlan(9, 100));
  expect(first(7)).toEqual(first(7));
  expect(first(7)).not.toEqual(first(9));
  expect(createPlan(7, 100).customers.flatMap((customer) => customer.visits)).toHaveLength(100);
});
