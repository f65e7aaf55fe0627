import type { Clock } from '../../../kernel/clock.ts';
import type { Db, Tx } from '../../../kernel/db.ts';
import type { IncidentPart } from '../../monitoring/alerts/index.ts';
import { deleteBefore, insertPart, insertTexts } from './sql.ts';

/** What waits to be said to owners, as rows: written in the transaction of what happened, said by the alert bot. */
export type OwnerMessages = {
  /** False without an alert bot: nothing is queued then. */
  enabled: boolean;
  /** Texts as HTML that Telegram takes, one row for each chat; of a store, or of the control plane with null. */
  enqueue(
    tx: Tx,
    message: {
      store: { id: string; name: string } | null;
      chatIds: readonly number[];
      texts: readonly { html: string; urgent: boolean }[];
    },
  ): Promise<void>;
  enqueueIncident(tx: Tx, message: IncidentPart): Promise<void>;
  expire(): Promise<void>;
};

const KEEP_MS = 30 * 86_400_000;

export function createOwnerMessages(deps: {
  db: Db;
  clock: Clock;
  /** Called after a commit that queued messages; undefined when there is no alert bot. */
  onQueued: (() => void) | undefined;
}): OwnerMessages {
  const { db, clock, onQueued } = deps;
  return {
    enabled: onQueued !== undefined,
    async enqueue(tx, { store, chatIds, texts }) {
      if (onQueued === undefined || chatIds.length === 0 || texts.length === 0) return;
      await insertTexts(tx, store, chatIds, texts, clock.now());
      tx.afterCommit(onQueued);
    },
    async enqueueIncident(tx, message) {
      if (onQueued === undefined || message.chatIds.length === 0) return;
      await insertPart(tx, message, clock.now());
      tx.afterCommit(onQueued);
    },
    expire: () => deleteBefore(db, new Date(clock.now().getTime() - KEEP_MS)),
  };
}
