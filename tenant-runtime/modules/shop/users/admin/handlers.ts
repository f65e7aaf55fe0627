import { Composer } from 'grammy';
import type { StoreContext } from '../../../../bot/context.ts';
import type { Wizards } from '../../../../bot/wizards.ts';
import { peopleHandlers } from './people.ts';
import type { UserAdminDeps } from './screens.ts';
import { userWizards } from './wizards.ts';

/** `👥 Kelola User`: who buys here, and what an admin may do for them and about them. */
export function userAdminHandlers(deps: UserAdminDeps & { wizards: Wizards }): Composer<StoreContext> {
  const composer = new Composer<StoreContext>();
  peopleHandlers(composer, deps.wizards, deps);
  userWizards(composer, deps.wizards, deps);
  return composer;
}
