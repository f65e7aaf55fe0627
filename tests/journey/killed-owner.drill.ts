import { afterEach, expect, test } from 'vitest';
import type { TestStore } from '../support/store.ts';
import { startAsProcess } from '../support/store-inside.ts';
import { killAtEachQuestion } from './kills.ts';
import { FEWEST_QUESTIONS } from './questions.ts';
import { furnishedShop } from './shop.ts';

let shop: TestStore;
afterEach(() => shop.close());

test('a store that is killed at any question of an owner asks on where it was, with nothing lost', async () => {
  shop = await furnishedShop();
  const { problems, goneOn } = await killAtEachQuestion(shop, 'owner', startAsProcess);
  expect(problems).toEqual([]);
  expect(goneOn).toBeGreaterThanOrEqual(FEWEST_QUESTIONS.owner);
}, 600_000);
