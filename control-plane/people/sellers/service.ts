import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import { deleteMessagesBefore, deleteUnsent, insertSellerMessages } from './sql.ts';

export type Sellers = {
  /**
   * Queues a message to the sellers of a store through its own bot, sent after the commit and until Telegram has taken or refused
   * it; once per cause. What was not yet sent on the same topic is out of date, and is dropped.
   */
  enqueue(
    tx: Tx,
    message: { tenantId: string; chatIds: readonly number[]; cause: string; topic: string; text: string },
  ): Promise<void>;
  /** Drops what was not yet sent on a topic. */
  forget(tx: Tx, tenantId: string, topic: string): Promise<void>;
  /** Forgets messages of three months ago. */
  expire(): Promise<void>;
};

const KEEP_MS = 90 * 86_400_000;

export function createSellers(deps: { db: Db; clock: Clock; onQueued: () => void }): Sellers {
  const { db, clock } = deps;
  return {
    async enqueue(tx, message) {
      await deleteUnsent(tx, message.tenantId, message.topic);
      await insertSellerMessages(tx, { ...message, at: clock.now() });
      tx.afterCommit(deps.onQueued);
    },
    forget: deleteUnsent,
    expire: () => deleteMessagesBefore(db, new Date(clock.now().getTime() - KEEP_MS)),
  };
}
