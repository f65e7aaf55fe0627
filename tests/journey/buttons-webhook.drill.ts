import { afterEach, expect, test } from 'vitest';
import type { TestStore } from '../support/store.ts';
import { furnishedShop } from './shop.ts';
import { WALKERS, walkAs } from './walks.ts';

let shop: TestStore;
afterEach(() => shop.close());

test.each(WALKERS)(
  'every menu and button of a %s leads to its end and back',
  async (role, atLeast) => {
    shop = await furnishedShop({ mode: 'webhook' });
    const { problems, pressed } = await walkAs(shop, role);
    expect(problems).toEqual([]);
    expect(pressed).toBeGreaterThanOrEqual(atLeast);
  },
  300_000,
);
