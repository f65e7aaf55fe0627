import type { Clock } from '../../../../kernel/clock.ts';
import type { Queryable, Tx } from '../../../../kernel/db.ts';
import type { Role, StoreUser } from '../../../bot/context.ts';
import type { Form } from '../../../bot/form.ts';
import type { Html } from '../../../bot/html.ts';
import type { Sender } from '../../../bot/updates.ts';
import {
  type Contact,
  countTotals,
  findContacts,
  findProfile,
  type Profile,
  seen,
  setDisplayName,
  setReachable,
  setStarted,
  setUnreachable,
  setWhatsApp,
  type Totals,
} from './sql.ts';

/** Tells every admin something, after the commit; one `cause` tells it once. */
export type NotifyAdmins = (tx: Tx, cause: string, text: Html) => Promise<void>;

/** How old the numbers in the welcome may be: counting all users at each `/start` would cost more than it says. */
const TOTALS_FRESH_MS = 30_000;

export type Users = {
  /** Records who wrote, and says who they are and which form they are filling in. */
  recognise(tx: Tx, sender: Sender): Promise<{ user: StoreUser; role: Role; form: Form | undefined }>;
  roleOf(id: number): Role;
  /** This person while they are of the staff; otherwise somebody who is. */
  staffFor(id: number): number;
  /** Remembers that they pressed `/start`: from then on they may be written to. */
  start(tx: Tx, id: number): Promise<void>;
  /** Remembers that nothing reaches this user until they write again. */
  markUnreachable(on: Queryable, id: number): Promise<void>;
  /** Remembers that they can be reached again. */
  markReachable(on: Queryable, id: number): Promise<void>;
  /** Users and completed transactions of the store, at most half a minute old. */
  totals(on: Queryable): Promise<Totals>;
  profile(on: Queryable, id: number): Promise<Profile | undefined>;
  rename(tx: Tx, id: number, name: string): Promise<void>;
  /** Digits with the country's; null forgets them. */
  setWhatsApp(tx: Tx, id: number, number: string | null): Promise<void>;
  /** Whom customers may ask: the admins, without the owners where there is anybody else. */
  contacts(on: Queryable): Promise<Contact[]>;
  /** Who gets the sellers' notices: admins that are not owners too. */
  noticeIds: readonly number[];
  adminIds: readonly number[];
  ownerIds: readonly number[];
};

export function createUsers(deps: { adminIds: readonly number[]; ownerIds: readonly number[]; clock: Clock }): Users {
  const admins = new Set(deps.adminIds);
  const owners = new Set(deps.ownerIds);
  const roleOf = (id: number): Role => (owners.has(id) ? 'owner' : admins.has(id) ? 'admin' : 'customer');
  const noticeIds = deps.adminIds.filter((id) => !owners.has(id));
  let counted: { totals: Totals; at: number } | undefined;
  return {
    async recognise(tx, sender) {
      return { ...(await seen(tx, sender)), role: roleOf(sender.id) };
    },
    roleOf,
    staffFor: (id) => (roleOf(id) === 'customer' ? (deps.adminIds[0] ?? deps.ownerIds[0] ?? id) : id),
    start: setStarted,
    markUnreachable: setUnreachable,
    markReachable: setReachable,
    async totals(on) {
      const now = deps.clock.now().getTime();
      if (!counted || Math.abs(now - counted.at) > TOTALS_FRESH_MS) {
        counted = { totals: await countTotals(on), at: now };
      }
      return counted.totals;
    },
    profile: findProfile,
    rename: setDisplayName,
    setWhatsApp,
    contacts: (on) => findContacts(on, noticeIds.length > 0 ? noticeIds : deps.adminIds),
    noticeIds,
    adminIds: deps.adminIds,
    ownerIds: deps.ownerIds,
  };
}
