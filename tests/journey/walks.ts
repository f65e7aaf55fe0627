import type { ChatClient } from '../../sandbox/client.ts';
import type { TestStore } from '../support/store.ts';
import { MARKUP, refusedCalls } from './checks.ts';
import { walk } from './crawler.ts';
import { createPerson } from './person.ts';

export type Role = 'customer' | 'admin' | 'owner';

/** The roles, and the fewest buttons that a walk as each of them presses: with less, it did not get around. */
export const WALKERS: readonly [Role, number][] = [
  ['customer', 20],
  ['admin', 40],
  ['owner', 40],
];

const COMMANDS: Record<Role, readonly string[]> = {
  customer: ['/start', '/start p_satu', '1'],
  admin: ['/start', '/admin'],
  owner: ['/start', '/admin'],
};

/** The chat of somebody of a role; a customer comes anew, with a name that is full of markup. */
export async function chatAs(shop: TestStore, role: Role): Promise<ChatClient> {
  return role === 'customer' ? (await shop.customer(`Budi ${MARKUP}`)).chat : shop[role].chatWith(shop.bot);
}

/** Follows every menu and button that a role is shown. `pressed` counts the different ones. */
export async function walkAs(shop: TestStore, role: Role): Promise<{ problems: string[]; pressed: number }> {
  const result = await walk(createPerson(shop, await chatAs(shop, role)), COMMANDS[role]);
  if (process.env.TEST_LOG) console.log([...result.pressed].sort().join('\n'), result.questions);
  return { problems: [...result.problems, ...refusedCalls(await shop.client.calls())], pressed: result.pressed.size };
}
