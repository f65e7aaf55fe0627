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
  /** Something may have changed: followers get it without waiting for the next poll. Cheap, and may be called by anybody. */
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

/** Between two polls of the database while somebody follows; nobody polls while nobody does. */
const POLL_MS = 400;
const AFTER_FAULT_MS = 2_000;
const PAGE = 1_000;
/** Events that are kept, however young. */
const MOST_KEPT = 20_000;

/** One reader of what changes in the fleet, for all who follow it in this process. */
export function createFleetFeed({ db, log, heartbeatMs }: { db: Db; log: Log; heartbeatMs: number }): FleetFeed {
  const followers = new Set<Subscription>();
  const readings = createMutex<'reading'>();
  /** The newest number that the followers were sent; not kept up while there are none. */
  let newest = 0;
  let timer: NodeJS.Timeout | undefined;
  let isPolling = false;
  let isWoken = false;
  /** After a fault it is not known whether what was numbered was also sent. */
  let isUnsure = false;

  async function numberAll(): Promise<void> {
    while (!(await db.tx(numberChanges)));
  }

  async function publishNews(): Promise<void> {
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

  async function poll(failed = false): Promise<void> {
    clearTimeout(timer);
    isPolling = true;
    isWoken = false;
    let fault: unknown;
    await readings.run('reading', publishNews).catch((error) => {
      fault = error;
      isUnsure = true;
    });
    isPolling = false;
    if (followers.size === 0) return;
    // Logged once; what was missed is read afterwards.
    if (fault !== undefined && !failed) log.warn({ err: fault }, 'what changes in the fleet cannot be read now');
    if (isWoken && fault === undefined) void poll();
    else pollIn(fault === undefined ? POLL_MS : AFTER_FAULT_MS, fault !== undefined);
  }

  function pollIn(ms: number, failed = false): void {
    timer = setTimeout(() => void poll(failed), ms).unref();
  }

  return {
    heartbeatMs,
    wake() {
      if (isPolling) isWoken = true;
      else if (followers.size > 0 && !isUnsure) void poll();
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
        if (followers.size === 1 && !isPolling) pollIn(POLL_MS);
        return { newest, subscription };
      }),
    async replay(after, upTo) {
      const kept = (await selectKeptRange(db)) ?? { oldest: 1, newest: 0 };
      if (after < kept.oldest - 1 || after > kept.newest) return undefined;
      return replayed(db, after, upTo);
    },
    expire: () =>
      readings.run('reading', async () => {
        if (followers.size > 0) await publishNews();
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
