import type { Api } from 'grammy';
import type { BackgroundTask } from '../../../../kernel/background-tasks.ts';
import type { Db, Queryable, Tx } from '../../../../kernel/db.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import type { Log } from '../../../../kernel/log.ts';
import { send as sendTo } from '../../../bot/send.ts';
import { attempt } from '../../../bot/telegram.ts';
import type { Outbox } from '../outbox/index.ts';
import { report } from './copy.ts';
import { deliver, type Fate, type Run, retryAfterMs } from './deliver.ts';
import { controls } from './keyboards.ts';
import { MOST_IN_FLIGHT, type Pace } from './pace.ts';
import { createProgress, type Progress } from './progress.ts';
import { type Broadcast, mediaOf, type Tally } from './schema.ts';
import type { Broadcasts } from './service.ts';
import { claimNext, markInterrupted } from './sql-recipients.ts';

/** Refusals in a row after which the message itself is in doubt. */
const MOST_REFUSALS = 5;

/**
 * Sends the broadcast that runs, at the pace; only one process does. Activated, and the pace interrupted, when a broadcast
 * began, ended or goes on. One that is under way when the store stops goes on at the next start.
 */
export function broadcastTask(deps: {
  db: Db;
  api: Api;
  pace: Pace;
  broadcasts: Broadcasts;
  outbox: Pick<Outbox, 'send'>;
  markUnreachable(on: Queryable, userId: number): Promise<void>;
  /** Who leads what this person began: themselves, or, when they left the staff since, somebody who is there. */
  leaderFor(userId: number): number;
  count(outcome: Fate): void;
  failpoint: Failpoint;
  log: Log;
}): BackgroundTask {
  const { db, api, pace, broadcasts, log } = deps;

  /** Its progress is for staff only. */
  function led<B extends Broadcast>(broadcast: B): B {
    const ledBy = deps.leaderFor(broadcast.ledBy);
    return ledBy === broadcast.ledBy ? broadcast : { ...broadcast, ledBy, progressMessageId: null };
  }

  async function send(begun: Broadcast, signal: AbortSignal): Promise<void> {
    const broadcast = led(begun);
    const run: Run = { broadcast, failures: 0, refusals: 0, refusal: '', troubled: false };
    const progress = createProgress({ db, api, pace }, broadcast);
    const underWay = new Set<Promise<void>>();
    const faults: unknown[] = [];
    try {
      while (!signal.aborted && faults.length === 0) {
        if (underWay.size >= MOST_IN_FLIGHT) {
          await Promise.race(underWay);
        } else if (!(await pace.turn())) {
          if (await isOver(run)) break;
        } else if (run.refusals >= MOST_REFUSALS) {
          await doubt(run);
        } else if (!(await care(run, progress))) {
          const userId = await claimNext(db, broadcast.id);
          if (userId === undefined) {
            await Promise.all(underWay);
            if (await conclude(run)) break;
            continue;
          }
          const call = deliver(deps, run, userId)
            .then(deps.count)
            .catch((error) => void faults.push(error))
            .finally(() => underWay.delete(call));
          underWay.add(call);
        }
      }
    } finally {
      await Promise.all(underWay);
    }
    if (faults.length > 0) throw faults[0];
    if (await sayLast(broadcast.id)) await progress.erase();
  }

  /** Spends the turn on something else than the next recipient, where that is due. */
  async function care(run: Run, progress: Progress): Promise<boolean> {
    if (run.troubled) {
      const health = await attempt(() => api.getMe());
      run.troubled = health.kind !== 'ok';
      if (health.kind !== 'ok') {
        run.failures += 1;
        pace.pause(Math.max(health.kind === 'later' ? health.afterMs : 0, retryAfterMs(run.failures)));
      }
      return true;
    }
    if (!progress.due()) return false;
    await progress.show();
    return true;
  }

  async function isOver({ broadcast }: Run): Promise<boolean> {
    return (await broadcasts.find(db, broadcast.id))?.status !== 'running';
  }

  /**
   * Refused again and again: by the people, or is it the message? Whoever leads it is sent it too, for a moment. Where it
   * arrives, the next may get it.
   */
  async function doubt(run: Run): Promise<void> {
    const { ledBy, body } = run.broadcast;
    const probe = await sendTo(api, ledBy, body, { ...mediaOf(run.broadcast), whole: true, silent: true });
    if (probe.kind === 'later') return pace.pause(probe.afterMs);
    if (probe.kind !== 'ok') return giveUp(run);
    run.refusals = 0;
    await attempt(() => api.deleteMessage(ledBy, probe.value.message_id));
  }

  async function giveUp({ broadcast, refusal }: Run): Promise<void> {
    log.error({ broadcast: broadcast.id }, 'Telegram does not take a broadcast');
    await db.tx((tx) => broadcasts.giveUp(tx, broadcast.id, refusal));
  }

  /** Nobody is left to claim. True when the broadcast is over; false when somebody's turn came again meanwhile. */
  async function conclude({ broadcast }: Run): Promise<boolean> {
    const found = await broadcasts.find(db, broadcast.id);
    if (found?.status !== 'running') return true;
    if (found.tally.left > 0) return false;
    return db.tx((tx) => broadcasts.finish(tx, found, found.tally));
  }

  /** Tells whoever leads it how it ended, once. False when it has not. */
  async function sayLast(id: number): Promise<boolean> {
    return db.tx(async (tx: Tx) => {
      const found: (Broadcast & { tally: Tally }) | undefined = await broadcasts.find(tx, id);
      if (!found || found.status === 'running') return false;
      const { status, tally, endedAt } = found;
      const { ledBy } = led(found);
      const cause = `broadcast:${id}:${status}:${endedAt?.getTime()}`;
      await deps.outbox.send(tx, ledBy, cause, report(found, status, tally), controls(found));
      log.info({ broadcast: id, status, ...tally }, 'broadcast ended');
      return true;
    });
  }

  return {
    name: 'broadcast',
    async run(signal) {
      signal.addEventListener('abort', pace.interrupt, { once: true });
      const held = await db.withLock('broadcast', async () => {
        const interrupted = await markInterrupted(db);
        if (interrupted > 0) log.warn({ recipients: interrupted }, 'messages of a broadcast were interrupted');
        for (;;) {
          const broadcast = signal.aborted ? undefined : await broadcasts.running(db);
          if (!broadcast) return true;
          await send(broadcast, signal);
        }
      });
      if (!held) throw new Error('another process is sending the broadcast');
    },
    retryMs: retryAfterMs,
    onFailure: (err, failures) => log.warn({ err, failures }, 'the broadcast waits, will try again'),
  };
}
