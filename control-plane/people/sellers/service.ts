import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import { deleteMessagesBefore, deleteUnsaid, insertSellerMessages } from './sql.ts';

export type Sellers = {
  /**
   * Says something to the sellers of a store through its own bot, after the commit and until Telegram has taken or refused
   * it; once per cause. What was not yet said on the same topic is out of date, and is dropped.
   */
  say(
    tx: Tx,
    message: { tenantId: string; chatIds: readonly number[]; cause: string; topic: string; text: string },
  ): Promise<void>;
  /** Drops what was not yet said on a topic. */
  forget(tx: Tx, tenantId: string, topic: string): Promise<void>;
  /** Forgets messages of three months ago. */
  expire(): Promise<void>;
};

const KEEP_MS = 90 * 86_400_000;

export function createSellers(deps: { db: Db; clock: Clock; onQueued: () => void }): Sellers {
  const { db, clock } = deps;
  return {
    async say(tx, message) {
      await deleteUnsaid(tx, message.tenantId, message.topic);
      await insertSellerMessages(tx, { ...message, at: clock.now() });
      tx.afterCommit(deps.onQueued);
    },
    forget: deleteUnsaid,
    expire: () => deleteMessagesBefore(db, new Date(clock.now().getTime() - KEEP_MS)),
  };
}
