import { afterEach, expect, test } from 'vitest';
import type { TestStore } from '../support/store.ts';
import { startInside } from '../support/store-inside.ts';
import { killAtEachQuestion } from './kills.ts';
import { createQuestioning } from './misuse.ts';
import { FEWEST_QUESTIONS } from './questions.ts';
import { furnishedShop } from './shop.ts';
import { walkAs } from './walks.ts';

/* What the drills beside this do as each role and in each way, once as a customer. */
let shop: TestStore;
afterEach(() => shop.close());

test('every menu and button of a customer leads to its end and back', async () => {
  shop = await furnishedShop({ mode: 'webhook' });
  const { problems, pressed } = await walkAs(shop, 'customer');
  expect(problems).toEqual([]);
  expect(pressed).toBeGreaterThanOrEqual(20);
});

test('every question that a customer is asked is left by a word', async () => {
  shop = await furnishedShop();
  const { problems, asked } = await (await createQuestioning(shop, 'customer')).leave('word');
  expect(problems).toEqual([]);
  expect(asked).toBeGreaterThanOrEqual(FEWEST_QUESTIONS.customer);
});

test('a store that is killed at any question of a customer asks on where it was, with nothing lost', async () => {
  shop = await furnishedShop();
  const { problems, goneOn } = await killAtEachQuestion(shop, 'customer', startInside);
  expect(problems).toEqual([]);
  expect(goneOn).toBeGreaterThanOrEqual(FEWEST_QUESTIONS.customer);
});
