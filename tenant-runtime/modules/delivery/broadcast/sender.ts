import type { Api } from 'grammy';
import type { Db, Queryable, Tx } from '../../../../kernel/db.ts';
import type { Failpoint } from '../../../../kernel/failpoint.ts';
import type { Log } from '../../../../kernel/log.ts';
import { createWaker } from '../../../../kernel/waker.ts';
import { send as sendTo } from '../../../bot/send.ts';
import { attempt } from '../../../bot/telegram.ts';
import type { Outbox } from '../outbox/index.ts';
import { report } from './copy.ts';
import { deliver, type Fate } from './deliver.ts';
import { controls } from './keyboards.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { createPace, MOST_IN_FLIGHT } from './pace.ts';
import { createProgress, type Progress } from './progress.ts';
import { backOff, noteAnswered, type Run } from './run.ts';
import { type Broadcast, mediaOf, type Tally } from './schema.ts';
import type { Broadcasts } from './service.ts';
import { claimNext, leftovers, markUnsent, newestMessage } from './sql-recipients.ts';

export type BroadcastSender = {
  start(): void;
  /** Waits for the messages under way; the broadcast goes on at the next start. */
  stop(): Promise<void>;
  /** A broadcast began, ended or goes on. */
  wake(): void;
};

/** Refusals in a row after which the message itself is in doubt. */
const MOST_REFUSALS = 5;
/** Between two looks at a broadcast that only waits for lost answers. */
const NAP_MS = 300;

/** Sends the broadcast that runs, at the pace; only one process does. Costs nothing while none runs. */
export function createBroadcastSender(deps: {
  db: Db;
  api: Api;
  broadcasts: Broadcasts;
  outbox: Pick<Outbox, 'send'>;
  markUnreachable(on: Queryable, userId: number): Promise<void>;
  /** Who leads what this person began: themselves, or, when they left the staff since, somebody who is there. */
  leaderFor(userId: number): number;
  count(outcome: Fate | 'unknown'): void;
  failpoint: Failpoint;
  log: Log;
}): BroadcastSender {
  const { db, api, broadcasts, log } = deps;
  const pace = createPace();
  let stopping = false;

  /** Its progress, and what is looked up in customers' chats, is for staff only. */
  function led<B extends Broadcast>(broadcast: B): B {
    const ledBy = deps.leaderFor(broadcast.ledBy);
    return ledBy === broadcast.ledBy ? broadcast : { ...broadcast, ledBy, progressMessageId: null };
  }

  async function send(begun: Broadcast): Promise<void> {
    const broadcast = led(begun);
    const run = await take(broadcast);
    const progress = createProgress({ db, api, pace }, run);
    const lookup = createLookup({ db, api, pace }, run);
    const underWay = new Set<Promise<void>>();
    const faults: unknown[] = [];
    try {
      while (!stopping && faults.length === 0) {
        if (underWay.size >= MOST_IN_FLIGHT) {
          await Promise.race(underWay);
        } else if (!(await pace.turn())) {
          if (await isOver(run)) break;
        } else if (run.refusals >= MOST_REFUSALS) {
          await doubt(run);
        } else if (!(await care(run, progress, lookup))) {
          const userId = await claimNext(db, broadcast.id, run.newest);
          if (userId === undefined) {
            await Promise.all(underWay);
            if (await conclude(run, progress)) break;
            continue;
          }
          const call = deliver({ ...deps, pace }, run, userId)
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

  /** Whoever is claimed now was claimed by a process that is gone. */
  async function take(broadcast: Broadcast): Promise<Run> {
    const left = await leftovers(db, broadcast.id);
    if (left.length > 0)
      log.warn({ broadcast: broadcast.id, recipients: left.length }, 'answers were lost with a process');
    return {
      broadcast,
      newest: await newestMessage(db, broadcast.id),
      ticket: 0,
      unbounded: left.filter(({ bounded }) => !bounded).map(({ userId }) => ({ userId, lostAt: 0 })),
      unsure: left.length,
      failures: 0,
      refusals: 0,
      refusal: '',
      troubled: false,
    };
  }

  /** Spends the turn on something else than the next recipient, where that is due. */
  async function care(run: Run, progress: Progress, lookup: Lookup): Promise<boolean> {
    if (run.troubled) {
      const health = await attempt(() => api.getMe());
      run.troubled = health.kind !== 'ok';
      if (health.kind !== 'ok') {
        run.failures += 1;
        pace.pause(Math.max(health.kind === 'later' ? health.afterMs : 0, backOff(run.failures)));
      }
      return true;
    }
    if (progress.due()) {
      await progress.show();
      return true;
    }
    if (!lookup.due()) return false;
    const fate = await lookup.step();
    if (fate) deps.count(fate);
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
    const { message_id: messageId } = probe.value;
    noteAnswered(run, messageId);
    await attempt(() => api.deleteMessage(ledBy, messageId));
  }

  async function giveUp({ broadcast, refusal }: Run): Promise<void> {
    log.error({ broadcast: broadcast.id }, 'Telegram does not take a broadcast');
    await db.tx((tx) => broadcasts.giveUp(tx, broadcast.id, refusal));
  }

  /** Nobody is left to claim. True when the broadcast is over; false when answers that were lost are still looked up. */
  async function conclude(run: Run, progress: Progress): Promise<boolean> {
    const found = await broadcasts.find(db, run.broadcast.id);
    if (found?.status !== 'running') return true;
    if (found.tally.left > 0) return false;
    if (found.tally.unsure === 0) return db.tx((tx) => broadcasts.finish(tx, found, found.tally));
    if (run.unbounded.length > 0) await bound(run, progress);
    pace.pause(NAP_MS);
    return false;
  }

  /** A message that is newer than every lost one; where none can be sent, the lost ones cannot be looked up. */
  async function bound(run: Run, progress: Progress): Promise<void> {
    const sent = await progress.renew();
    if (sent.kind === 'later') pace.pause(sent.afterMs);
    if (sent.kind === 'ok' || sent.kind === 'later') return;
    for (const { userId } of run.unbounded.splice(0)) {
      await markUnsent(db, run.broadcast.id, userId, 'unknown', sent.description);
      run.unsure -= 1;
    }
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

  const waker = createWaker({
    async work() {
      const held = await db.withLock('broadcast', async () => {
        for (;;) {
          const broadcast = stopping ? undefined : await broadcasts.running(db);
          if (!broadcast) return true;
          await send(broadcast);
        }
      });
      if (!held) throw new Error('another process is sending the broadcast');
      return undefined;
    },
    onFault(err, failures) {
      log.warn({ err, failures }, 'the broadcast waits, will try again');
      return backOff(failures);
    },
  });

  return {
    start() {
      stopping = false;
      waker.start();
    },
    async stop() {
      stopping = true;
      pace.interrupt();
      await waker.stop();
    },
    wake() {
      waker.wake();
      pace.interrupt();
    },
  };
}
