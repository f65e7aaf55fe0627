import type { Api } from 'grammy';
import type { Db, Queryable } from '../../../../kernel/db.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import { send } from '../../../bot/send.ts';
import type { Outcome } from '../../../bot/telegram.ts';
import type { Pace } from './pace.ts';
import { backOff, noteAnswered, type Run, takeBounded } from './run.ts';
import { mediaOf } from './schema.ts';
import { markSent, markUnsent, release, setBound } from './sql-recipients.ts';

/** What became of one recipient; `unsure` and `again` are not the last word. */
export type Fate = 'sent' | 'blocked' | 'failed' | 'unsure' | 'again';

type DeliverDeps = {
  db: Db;
  api: Api;
  pace: Pace;
  failpoint: Failpoint;
  markUnreachable(on: Queryable, userId: number): Promise<void>;
};

/** Sends the message to a recipient who was claimed, and writes down what came of it. */
export async function deliver(deps: DeliverDeps, run: Run, userId: number): Promise<Fate> {
  const { db, pace } = deps;
  const { id } = run.broadcast;
  run.ticket += 1;
  const began = run.ticket;
  deps.failpoint('broadcast.claimed');
  const outcome = await send(deps.api, userId, run.broadcast.body, { ...mediaOf(run.broadcast), whole: true });
  deps.failpoint('broadcast.sent');
  switch (outcome.kind) {
    case 'ok': {
      const { message_id: messageId } = outcome.value;
      run.failures = 0;
      run.refusals = 0;
      noteAnswered(run, messageId);
      const bounded = takeBounded(run, began);
      await markSent(db, id, userId, messageId);
      if (bounded.length > 0) await setBound(db, id, bounded, messageId);
      return 'sent';
    }
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
      return postpone(deps, pace, run, userId, outcome);
  }
}

async function postpone(
  { db }: DeliverDeps,
  pace: Pace,
  run: Run,
  userId: number,
  outcome: Extract<Outcome<unknown>, { kind: 'later' }>,
): Promise<Fate> {
  run.failures += 1;
  pace.pause(outcome.untaken ? outcome.afterMs : backOff(run.failures));
  if (outcome.untaken) {
    await release(db, run.broadcast.id, userId);
    return 'again';
  }
  // The message may be there: sending another could show it twice. It is looked up before anything else is done.
  run.ticket += 1;
  run.unbounded.push({ userId, lostAt: run.ticket });
  run.unsure += 1;
  run.troubled = true;
  return 'unsure';
}
