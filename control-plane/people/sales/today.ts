import { setTimeout } from 'node:timers/promises';
import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { dayIn, startOfDay } from '../../../kernel/days.ts';
import type { Db } from '../../../kernel/db.ts';
import { forEachConcurrently } from '../../../kernel/semaphore.ts';
import type { Sales } from '../../../tenant-runtime/database/index.ts';
import type { Summary } from '../../api/contract/index.ts';
import { createSalesAsker, type OpenStore, type SalesAskerDeps, selectOpenStores } from './ask.ts';

export type SalesToday = {
  /** What was counted last, null before; counted anew in the background when it is old. */
  latest(): Summary['sales'];
  task: BackgroundTask;
};

const AT_ONCE = 6;
/**
 * So many stores are asked without a pause, and of more one after the other: an ask takes 5 ms of a core, and ten thousand
 * of them without a pause took a tenth of it for minutes.
 */
const MOST_AT_ONCE = 100;
const OLD_AFTER_MS = 60_000;
/** Between two stores of a large fleet, whoever looks at the console. */
const PACE_MS = OLD_AFTER_MS / MOST_AT_ONCE;

/** How long what so many stores sold is shown before they are asked again, in milliseconds: as long as asking them takes. */
export const oldAfter = (stores: number): number => Math.max(OLD_AFTER_MS, stores * PACE_MS);

/** A large fleet is asked no further when nobody has looked for so long. */
const LEFT_AFTER_MS = 150_000;

/** What a store said last: `from` is the midnight that it was asked about, without `sold` it did not answer. */
type Answer = { from: number; sold: Sales | undefined; round: number };

/** What all stores sold since midnight where each of them is. Nobody waits for it: a store's database may hang or lie. */
export function createSalesToday(
  deps: SalesAskerDeps & {
    db: Db;
    clock: Clock;
    /** Zone of a store that names none. */
    timeZone: string;
    /** Wakes the task. */
    activate(): void;
  },
): SalesToday {
  const { db, clock } = deps;
  const ask = createSalesAsker(deps);
  const answers = new Map<string, Answer>();
  let latest: Summary['sales'] = null;
  let begunAt: number | undefined;
  let restsFor = OLD_AFTER_MS;
  let isRunning = false;
  let lookedAt = 0;
  let round = 0;

  function midnights(now: Date): (store: OpenStore) => Date {
    const known = new Map<string, Date>();
    return ({ env }) => {
      const zone = env.BOT_TIMEZONE ?? deps.timeZone;
      const from = known.get(zone) ?? startOfDay(now, dayIn(zone));
      known.set(zone, from);
      return from;
    };
  }

  /** What was not asked since its midnight counts for nothing. */
  function publish(stores: readonly OpenStore[]): void {
    const now = clock.now();
    const midnightOf = midnights(now);
    const sum = { orders: 0, revenue: 0, counted: 0, unreachable: 0 };
    for (const store of stores) {
      const answer = answers.get(store.id);
      if (answer?.from !== midnightOf(store).getTime()) continue;
      sum.orders += answer.sold?.orders ?? 0;
      sum.revenue += answer.sold?.revenue ?? 0;
      if (answer.sold) sum.counted += 1;
      else sum.unreachable += 1;
    }
    latest = { at: now.toISOString(), ...sum };
  }

  /** Those that were asked the longest ago come first, and those that did not answer last. */
  function inOrder(stores: readonly OpenStore[]): OpenStore[] {
    const rank = ({ id }: OpenStore) => {
      const answer = answers.get(id);
      return answer && !answer.sold ? Number.POSITIVE_INFINITY : (answer?.round ?? 0);
    };
    return [...stores].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
  }

  async function count(signal: AbortSignal): Promise<void> {
    round += 1;
    const stores = await selectOpenStores(db);
    const isLarge = stores.length > MOST_AT_ONCE;
    restsFor = oldAfter(stores.length);
    const open = new Set(stores.map(({ id }) => id));
    for (const id of answers.keys()) if (!open.has(id)) answers.delete(id);
    const left = new AbortController();
    const ended = AbortSignal.any([signal, left.signal, AbortSignal.timeout(restsFor)]);
    let asked = 0;
    let nextAt = performance.now();
    await forEachConcurrently(AT_ONCE, inOrder(stores), async (store) => {
      if (isLarge && !ended.aborted) {
        nextAt = Math.max(nextAt + PACE_MS, performance.now());
        // What ends the wait ends the count.
        await setTimeout(nextAt - performance.now(), undefined, { signal: ended }).catch(() => undefined);
        if (Math.abs(clock.now().getTime() - lookedAt) > LEFT_AFTER_MS) left.abort();
      }
      if (ended.aborted) return;
      const now = clock.now();
      const from = midnights(now)(store);
      const sold = await ask(store, { from, to: now, asker: 'summary' }, ended);
      // That it was ended says nothing about the store.
      if (!sold && ended.aborted) return;
      answers.set(store.id, { from: from.getTime(), sold, round });
      asked += 1;
      if (asked % MOST_AT_ONCE === 0 && isLarge) publish(stores);
    });
    signal.throwIfAborted();
    // Whoever looks next has the others asked, and need not wait.
    if (left.signal.aborted) restsFor = 0;
    publish(stores);
  }

  return {
    latest() {
      const now = clock.now().getTime();
      lookedAt = now;
      if (!isRunning && (begunAt === undefined || Math.abs(now - begunAt) > restsFor)) {
        begunAt = now;
        deps.activate();
      }
      return latest;
    },
    task: {
      name: 'sales-today',
      waitsAtStart: true,
      async run(signal) {
        isRunning = true;
        await count(signal).finally(() => {
          isRunning = false;
        });
      },
    },
  };
}
