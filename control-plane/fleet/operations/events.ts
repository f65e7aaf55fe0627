import { EventEmitter, once } from 'node:events';
import type { Db, Tx } from '../../../kernel/db.ts';
import { FINAL_STATES, type OperationEvent } from '../../api/contract/index.ts';
import { insertEvent, selectEvents } from './events-sql.ts';
import { selectOperation } from './sql.ts';
import { toOperation } from './view.ts';

export type OperationEvents = {
  /** Appends the operation as it is inside this transaction, and tells the listeners after the commit. */
  publish(tx: Tx, id: string): Promise<void>;
  /**
   * Events after the sequence number `after`, or of the current attempt when undefined, then new ones as they happen,
   * until the newest event is of a final state or the signal aborts.
   */
  follow(id: string, after: number | undefined, signal: AbortSignal): AsyncGenerator<OperationEvent>;
};

/** Listeners are told within this process; the slow look is for an event that came between look and wait. */
const LOOK_AGAIN_MS = 1_000;

/** @param onPublished called after the commit of each event */
export function createOperationEvents(db: Db, onPublished: () => void = () => {}): OperationEvents {
  const bell = new EventEmitter();
  bell.setMaxListeners(0);

  async function waitForNews(id: string, signal: AbortSignal): Promise<void> {
    const waited = AbortSignal.any([signal, AbortSignal.timeout(LOOK_AGAIN_MS)]);
    await once(bell, id, { signal: waited }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  }

  return {
    async publish(tx, id) {
      const row = await selectOperation(tx, id);
      if (!row) return;
      await insertEvent(tx, id, toOperation(row));
      tx.afterCommit(() => {
        bell.emit(id);
        onPublished();
      });
    },
    async *follow(id, after, signal) {
      let last = after ?? 0;
      const current = after === undefined ? (await selectOperation(db, id))?.attempt : undefined;
      while (!signal.aborted) {
        const events = await selectEvents(db, id, last);
        for (const event of events) {
          last = event.sequence;
          if (current === undefined || event.operation.attempt >= current) yield event;
        }
        const newest = events.at(-1);
        if (newest && FINAL_STATES.includes(newest.operation.state)) return;
        if (!newest && (await isOver(db, id, last))) return;
        if (!newest) await waitForNews(id, signal);
      }
    },
  };
}

/** True when the operation has ended and has no event after `last`. */
async function isOver(db: Db, id: string, last: number): Promise<boolean> {
  const row = await selectOperation(db, id);
  if (row && !FINAL_STATES.includes(row.state)) return false;
  return (await selectEvents(db, id, last)).length === 0;
}
