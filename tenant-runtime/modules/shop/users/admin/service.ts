import type { Clock } from '../../../../../kernel/clock.ts';
import type { Queryable, Tx } from '../../../../../kernel/db.ts';
import type { Rupiah } from '../../../../../kernel/money.ts';
import { type Actor, isStaff } from '../../../../bot/context.ts';
import { type Page, paged } from '../../../../bot/paging.ts';
import type { Outbox } from '../../../delivery/outbox/index.ts';
import type { OwnerEvents } from '../../../delivery/owner-events/index.ts';
import type { Adjustment, Wallet } from '../../../money/wallet/index.ts';
import type { Audit } from '../../../staff/audit/index.ts';
import type { Users } from '../index.ts';
import { messages } from './copy-messages.ts';
import { findUser, type ListedUser, listUsers, searchUsers, setBlocked, type UserDetail } from './sql.ts';

export type UserAdmin = {
  page(on: Queryable, asked: number): Promise<Page<ListedUser>>;
  search(on: Queryable, query: string, asked: number): Promise<Page<ListedUser>>;
  find(on: Queryable, userId: number): Promise<UserDetail | undefined>;
  /** From then on they make no order and no deposit; what they have paid for stays theirs. They are told. */
  block(tx: Tx, actor: Actor, userId: number): Promise<'done' | 'already' | 'staff' | 'gone'>;
  unblock(tx: Tx, actor: Actor, userId: number): Promise<'done' | 'already' | 'gone'>;
  /** Moves a balance once for each `key`; they and the owners are told. */
  adjust(
    tx: Tx,
    actor: Actor,
    move: { userId: number; amount: Rupiah; reason: string; key: string },
  ): Promise<Adjustment | { kind: 'gone' }>;
  /** Writes to one person; the actor is told whether it reached them. False when there is nobody of this id. */
  write(tx: Tx, actor: Actor, message: { userId: number; text: string; key: string }): Promise<boolean>;
};

const PAGE = 5;

export function createUserAdmin(deps: {
  users: Pick<Users, 'roleOf'>;
  wallet: Pick<Wallet, 'adjust'>;
  audit: Audit;
  outbox: Pick<Outbox, 'send' | 'sendWithReceipt'>;
  owners: Pick<OwnerEvents, 'notify'>;
  clock: Clock;
}): UserAdmin {
  const { audit, outbox, clock } = deps;
  const target = (userId: number) => `user:${userId}`;

  async function turn(tx: Tx, actor: Actor, userId: number, blocked: boolean): Promise<'done' | 'already' | 'gone'> {
    const user = await findUser(tx, userId);
    if (!user) return 'gone';
    const at = clock.now();
    if (!(await setBlocked(tx, userId, blocked ? at : null))) return 'already';
    const action = blocked ? 'user.blocked' : 'user.unblocked';
    await audit.record(tx, {
      actor,
      action,
      target: target(userId),
      before: { blocked: !blocked },
      after: { blocked },
    });
    const text = blocked ? messages.blocked(user) : messages.unblocked(user);
    await outbox.send(tx, userId, `${target(userId)}:${action}:${at.getTime()}`, text, messages.homeKeyboard());
    return 'done';
  }

  return {
    page: (on, asked) => paged(asked, PAGE, (window) => listUsers(on, window)),
    search: (on, query, asked) => paged(asked, PAGE, (window) => searchUsers(on, query, window)),
    find: findUser,

    async block(tx, actor, userId) {
      return isStaff(deps.users.roleOf(userId)) ? 'staff' : turn(tx, actor, userId, true);
    },
    unblock: (tx, actor, userId) => turn(tx, actor, userId, false),

    async adjust(tx, actor, { userId, amount, reason, key }) {
      const user = await findUser(tx, userId);
      if (!user) return { kind: 'gone' };
      const source = `adjustment:${key}`;
      const outcome = await deps.wallet.adjust(tx, { userId, amount, source, note: reason });
      if (outcome.kind !== 'adjusted') return outcome;
      await audit.record(tx, {
        actor,
        action: 'user.balance_adjusted',
        target: target(userId),
        before: { balance: outcome.before },
        after: { balance: outcome.after, amount, reason },
      });
      await outbox.send(tx, userId, source, messages.adjusted(amount, outcome.after, reason), messages.homeKeyboard());
      await deps.owners.notify(tx, {
        cause: source,
        kind: 'money',
        text: messages.adjustedForOwners(user, actor, amount, outcome.after, reason),
      });
      return outcome;
    },

    async write(tx, actor, { userId, text, key }) {
      const user = await findUser(tx, userId);
      if (!user) return false;
      const cause = `${target(userId)}:message:${key}`;
      const receipt = { chatId: actor.id, sent: messages.reached(user), failed: messages.notReached(user) };
      await outbox.sendWithReceipt(tx, userId, cause, messages.message(text), receipt, messages.homeKeyboard());
      await audit.record(tx, {
        actor,
        action: 'user.messaged',
        target: target(userId),
        after: { characters: text.length },
      });
      return true;
    },
  };
}
