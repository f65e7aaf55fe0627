import type { Activate, BackgroundTask } from '../../../../kernel/background-tasks.ts';
import { backoffMs } from '../../../../kernel/backoff.ts';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Db, Queryable, Tx } from '../../../../kernel/db.ts';
import type { Log } from '../../../../kernel/log.ts';
import type { Outbox } from '../outbox/index.ts';
import type { ControlPlane } from './control-plane.ts';
import { bounded, fold } from './copy.ts';
import type { OpenEvent, OwnerEvent } from './schema.ts';
import { deleteTaken, insertEvent, markTaken, openEvents } from './sql.ts';

export type OwnerEvents = {
  /** Records something that the owners should know, in the transaction in which it happens. One cause is told once. */
  notify(tx: Tx, event: OwnerEvent): Promise<void>;
  /** Forgets what was taken long ago. */
  purge(on: Queryable, now: Date): Promise<void>;
  /** Hands over what waits: to the control plane, or to the owners themselves where there is none. */
  task: BackgroundTask;
  /** Does so once, as far as it gets: for a store that stops. */
  drain(signal: AbortSignal): Promise<void>;
};

const BATCH = 50;
/** What happens within this time after a message to the owners shares the next one. */
const FOLD_MS = 2000;
const RETRY = { firstMs: 1000, maxMs: 5 * 60_000 };
const KEEP_MS = 30 * 86_400_000;

/**
 * Each thing leaves the store at least once: the rows wait until the control plane has taken them, as long as it is away.
 * Without a control plane, or when it does not take them, they go straight to the owners through the outbox.
 */
export function createOwnerEvents(deps: {
  db: Db;
  outbox: Pick<Outbox, 'messageOwners'>;
  controlPlane: ControlPlane | undefined;
  storeName: string;
  /** Runs `task`. */
  activate: Activate;
  clock: Clock;
  log: Log;
}): OwnerEvents {
  const { db, clock } = deps;
  let spokeAt = 0;

  async function sendDirectly(events: readonly OpenEvent[]): Promise<void> {
    const [first] = events;
    const messages = fold(
      deps.storeName,
      events.map((event) => event.text),
    );
    await db.tx(async (tx) => {
      for (const [index, text] of messages.entries()) {
        await deps.outbox.messageOwners(tx, `event:${first?.id}:${index}`, text);
      }
      await markTaken(tx, ids(events), clock.now());
    });
    spokeAt = clock.now().getTime();
  }

  /** Hands over one batch. Answers in how many milliseconds to come again. */
  async function handOver(signal?: AbortSignal): Promise<number | undefined> {
    const events = await openEvents(db, BATCH);
    if (events.length === 0) return undefined;
    const answer = deps.controlPlane ? await deps.controlPlane.report(events, signal) : 'refused';
    if (answer === 'taken') {
      await markTaken(db, ids(events), clock.now());
      return 0;
    }
    if (deps.controlPlane) deps.log.warn({ events: events.length }, 'the control plane does not take events');
    const quiet = clock.now().getTime() - spokeAt;
    if (quiet < FOLD_MS) return FOLD_MS - quiet;
    await sendDirectly(events);
    return FOLD_MS;
  }

  const task: BackgroundTask = {
    name: 'owner-events',
    async run() {
      const held = await db.withLock('owner-events', async () => ({ next: await handOver() }));
      return held ? held.next : RETRY.maxMs;
    },
    retryMs: (failures) => backoffMs(failures, RETRY),
    onFailure: (err, failures) => deps.log.warn({ err, failures }, 'events for the owners wait, will try again'),
  };

  return {
    async notify(tx, event) {
      const told = { severity: 'info' as const, ...event, text: bounded(event.text), at: clock.now() };
      if (await insertEvent(tx, told)) tx.afterCommit(deps.activate);
    },
    purge: (on, now) => deleteTaken(on, new Date(now.getTime() - KEEP_MS)),
    task,
    async drain(signal) {
      try {
        await db.withLock('owner-events', () => handOver(signal));
      } catch (err) {
        deps.log.warn({ err }, 'events for the owners wait for the next start');
      }
    },
  };
}

const ids = (events: readonly OpenEvent[]): string[] => events.map((event) => event.id);
