import type { Api } from 'grammy';
import { backoffMs } from '../../../../kernel/backoff.ts';
import type { Db, Queryable } from '../../../../kernel/db.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import { send } from '../../../bot/send.ts';
import type { Pace } from './pace.ts';
import { type Broadcast, mediaOf } from './schema.ts';
import { markSent, markUnsent, release } from './sql-recipients.ts';

/** What became of one recipient. `again`: nothing was sent, and their turn comes once more. */
export type Fate = 'sent' | 'blocked' | 'failed' | 'unknown' | 'again';

/** What a process knows of the broadcast that it is sending. */
export type Run = {
  readonly broadcast: Broadcast;
  /** Calls that failed one after the other. */
  failures: number;
  /** Recipients for whom Telegram refused the message one after the other, and why it did last. */
  refusals: number;
  refusal: string;
  /** Telegram was away: it is asked for its health before the next message goes out. */
  troubled: boolean;
};

type DeliverDeps = {
  db: Db;
  api: Api;
  pace: Pace;
  failpoint: Failpoint;
  markUnreachable(on: Queryable, userId: number): Promise<void>;
};

/** How long the next call waits after so many failures in a row, in milliseconds. */
export const retryAfterMs = (failures: number): number => backoffMs(failures, { firstMs: 1000, maxMs: 60_000 });

/** Sends the message to a recipient who was claimed, at most once, and writes down what came of it. */
export async function deliver(deps: DeliverDeps, run: Run, userId: number): Promise<Fate> {
  const { db, pace } = deps;
  const { id } = run.broadcast;
  deps.failpoint('broadcast.claimed');
  const outcome = await send(deps.api, userId, run.broadcast.body, { ...mediaOf(run.broadcast), whole: true });
  deps.failpoint('broadcast.sent');
  switch (outcome.kind) {
    case 'ok':
      run.failures = 0;
      run.refusals = 0;
      await markSent(db, id, userId);
      return 'sent';
    case 'unreachable': {
      const status = /blocked/i.test(outcome.description) ? 'blocked' : 'failed';
      await db.tx(async (tx) => {
        await markUnsent(tx, id, userId, status, outcome.description);
        await deps.markUnreachable(tx, userId);
      });
      return status;
    }
    case 'refused':
      run.refusals += 1;
      run.refusal = outcome.description;
      await markUnsent(db, id, userId, 'failed', outcome.description);
      return 'failed';
    case 'later':
      run.failures += 1;
      if (outcome.untaken) {
        pace.pause(outcome.afterMs);
        await release(db, id, userId);
        return 'again';
      }
      // The message may be there, and Telegram has no call that tells: another one could be the second.
      pace.pause(retryAfterMs(run.failures));
      run.troubled = true;
      await markUnsent(db, id, userId, 'unknown', outcome.description);
      return 'unknown';
  }
}
