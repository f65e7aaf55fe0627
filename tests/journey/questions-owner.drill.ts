import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestStore } from '../support/store.ts';
import { refusedCalls } from './checks.ts';
import { createQuestioning, type Questioning } from './misuse.ts';
import { FEWEST_QUESTIONS } from './questions.ts';
import { furnishedShop } from './shop.ts';

describe('every question that an owner is asked', { timeout: 600_000 }, () => {
  let shop: TestStore;
  let questioning: Questioning;

  beforeAll(async () => {
    shop = await furnishedShop();
    questioning = await createQuestioning(shop, 'owner');
  }, 300_000);
  afterAll(() => shop.close());

  test.each(['word', 'button', 'menu'] as const)('is left by the %s', async (way) => {
    const { problems, asked } = await questioning.leave(way);
    expect(problems).toEqual([]);
    expect(asked).toBeGreaterThanOrEqual(FEWEST_QUESTIONS.owner);
  });

  test('survives whatever is answered', async () => {
    const { problems, asked } = await questioning.answerWrongly();
    expect(problems).toEqual([]);
    expect(asked).toBeGreaterThanOrEqual(FEWEST_QUESTIONS.owner);
    expect(refusedCalls(await shop.client.calls())).toEqual([]);
  });
});
