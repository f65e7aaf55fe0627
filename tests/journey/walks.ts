import { afterEach, expect, test } from 'vitest';
import type { TestStore } from '../support/store.ts';
import { MARKUP, refusedCalls } from './checks.ts';
import { walk } from './crawler.ts';
import { createPerson } from './person.ts';
import { furnishedShop } from './shop.ts';

const WALKERS = {
  customer: { commands: ['/start', '/start p_satu', '1'], atLeast: 20 },
  admin: { commands: ['/start', '/admin'], atLeast: 40 },
  owner: { commands: ['/start', '/admin'], atLeast: 40 },
} as const;

/** Tests that walk the bot as each role does, in one way of taking updates. A file of its own each: they take minutes. */
export function walksBy(mode: 'polling' | 'webhook'): void {
  let shop: TestStore;
  afterEach(() => shop.close());

  test.each(['customer', 'admin', 'owner'] as const)(
    'every menu and button of a %s leads to its end and back',
    async (role) => {
      shop = await furnishedShop({ mode });
      const chat = role === 'customer' ? (await shop.customer(`Budi ${MARKUP}`)).chat : shop[role].chatWith(shop.bot);
      const { commands, atLeast } = WALKERS[role];
      const result = await walk(createPerson(shop, chat), commands);
      if (process.env.TEST_LOG) console.log([...result.pressed].sort().join('\n'), result.questions);
      expect(result.problems.join('\n\n')).toBe('');
      expect(refusedCalls(await shop.client.calls()).join('\n\n')).toBe('');
      expect(result.pressed.size).toBeGreaterThanOrEqual(atLeast);
    },
    300_000,
  );
}
