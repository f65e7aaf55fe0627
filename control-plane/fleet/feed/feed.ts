import type { Db } from '../../../kernel/db.ts';
import type { Log } from '../../../kernel/log.ts';
import { createMutex } from '../../../kernel/mutex.ts';
import {
  deleteOldEvents,
  type FleetEventRow,
  hasChanges,
  numberChanges,
  selectFleetEvents,
  selectKeptRange,
} from './sql.ts';
import { createSubscription, type Subscription } from './subscription.ts';

export type FleetFeed = {
  /** A stream on which nothing happens says so this often. */
  heartbeatMs: number;
  /** Something may have changed: who follows is told without waiting for the next look. Cheap, and may be called by anybody. */
  wake(): void;
  /** What happens from now on; the caller closes it. `newest` is the number of the newest event before. */
  subscribe(follower: {
    wants(event: FleetEventRow): boolean;
    onOverflow(): void;
  }): Promise<{ newest: number; subscription: Subscription }>;
  /** Events with numbers above `after` up to `upTo`; undefined when some of them are no longer kept, or never were. */
  replay(after: number, upTo: number): Promise<AsyncGenerator<FleetEventRow[]> | undefined>;
  /** Forgets what is older than an hour. */
  expire(): Promise<void>;
};

/** The database is looked at so often while somebody follows, and not at all while nobody does. */
const LOOK_MS = 400;
const AFTER_FAULT_MS = 2_000;
const PAGE = 1_000;
/** Events that are kept, however young. */
const MOST_KEPT = 20_000;

/** One reader of what changes in the fleet, for all who follow it in this process. */
export function createFleetFeed({ db, log, heartbeatMs }: { db: Db; log: Log; heartbeatMs: number }): FleetFeed {
  const followers = new Set<Subscription>();
  const readings = createMutex<'reading'>();
  /** The newest number that the followers were told; not kept up while there are none. */
  let newest = 0;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isWoken = false;
  /** After a fault it is not known whether what was numbered was also told. */
  let isUnsure = false;

  async function numberAll(): Promise<void> {
    while (!(await db.tx(numberChanges)));
  }

  async function tellNews(): Promise<void> {
    if (!isUnsure && !(await hasChanges(db))) return;
    isUnsure = true;
    await numberAll();
    for (let found = PAGE; found === PAGE; ) {
      const events = await selectFleetEvents(db, { after: newest, upTo: null, limit: PAGE });
      newest = events.at(-1)?.position ?? newest;
      found = events.length;
      for (const follower of followers) follower.push(events);
    }
    isUnsure = false;
  }

  async function look(failed = false): Promise<void> {
    clearTimeout(timer);
    isLooking = true;
    isWoken = false;
    let fault: unknown;
    await readings.run('reading', tellNews).catch((error) => {
      fault = error;
      isUnsure = true;
    });
    isLooking = false;
    if (followers.size === 0) return;
    // Told once, and what was missed is read afterwards.
    if (fault !== undefined && !failed) log.warn({ err: fault }, 'what changes in the fleet cannot be read now');
    if (isWoken && fault === undefined) void look();
    else lookIn(fault === undefined ? LOOK_MS : AFTER_FAULT_MS, fault !== undefined);
  }

  function lookIn(ms: number, failed = false): void {
    timer = setTimeout(() => void look(failed), ms).unref();
  }

  return {
    heartbeatMs,
    wake() {
      if (isLooking) isWoken = true;
      else if (followers.size > 0 && !isUnsure) void look();
    },
    subscribe: (follower) =>
      readings.run('reading', async () => {
        if (followers.size === 0) {
          await numberAll();
          newest = (await selectKeptRange(db))?.newest ?? 0;
          isUnsure = false;
        }
        const onClosed = () => {
          followers.delete(subscription);
          if (followers.size === 0) clearTimeout(timer);
        };
        const subscription: Subscription = createSubscription({ ...follower, newest, onClosed });
        followers.add(subscription);
        if (followers.size === 1 && !isLooking) lookIn(LOOK_MS);
        return { newest, subscription };
      }),
    async replay(after, upTo) {
      const kept = (await selectKeptRange(db)) ?? { oldest: 1, newest: 0 };
      if (after < kept.oldest - 1 || after > kept.newest) return undefined;
      return replayed(db, after, upTo);
    },
    expire: () =>
      readings.run('reading', async () => {
        if (followers.size > 0) await tellNews();
        else await numberAll();
        await deleteOldEvents(db, MOST_KEPT);
      }),
  };
}

async function* replayed(db: Db, after: number, upTo: number): AsyncGenerator<FleetEventRow[]> {
  for (let last = after; last < upTo; ) {
    const events = await selectFleetEvents(db, { after: last, upTo, limit: PAGE });
    if (events.length === 0) return;
    yield events;
    last = events.at(-1)?.position ?? upTo;
  }
}
