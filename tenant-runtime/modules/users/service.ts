import type { Queryable, Tx } from '../../../kernel/db.ts';
import type { Role, StoreUser } from '../../bot/context.ts';
import type { Form } from '../../bot/form.ts';
import type { Sender } from '../../bot/updates.ts';
import { seen, setUnreachable } from './sql.ts';

export type Users = {
  /** Records who wrote, and says who they are and which form they are filling in. */
  recognise(tx: Tx, sender: Sender): Promise<{ user: StoreUser; role: Role; form: Form | undefined }>;
  roleOf(id: number): Role;
  /** Remembers that nothing reaches this user until they write again. */
  markUnreachable(on: Queryable, id: number): Promise<void>;
  /** Who gets the sellers' notices: admins that are not owners too. */
  noticeIds: readonly number[];
  adminIds: readonly number[];
  ownerIds: readonly number[];
};

export function createUsers(config: { adminIds: readonly number[]; ownerIds: readonly number[] }): Users {
  const admins = new Set(config.adminIds);
  const owners = new Set(config.ownerIds);
  const roleOf = (id: number): Role => (owners.has(id) ? 'owner' : admins.has(id) ? 'admin' : 'customer');
  return {
    async recognise(tx, sender) {
      return { ...(await seen(tx, sender)), role: roleOf(sender.id) };
    },
    roleOf,
    markUnreachable: setUnreachable,
    noticeIds: config.adminIds.filter((id) => !owners.has(id)),
    adminIds: config.adminIds,
    ownerIds: config.ownerIds,
  };
}
