import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { dayIn, startOfDay } from '../../../kernel/days.ts';
import type { Db } from '../../../kernel/db.ts';
import { forEachConcurrently } from '../../../kernel/semaphore.ts';
import type { Summary } from '../../api/contract/index.ts';
import { createSalesAsker, type OpenStore, type SalesAskerDeps, selectOpenStores } from './ask.ts';

export type SalesToday = {
  /** What was counted last, null before; counted anew in the background when it is old. */
  latest(): Summary['sales'];
  task: BackgroundTask;
};

const AT_ONCE = 6;
const OLD_AFTER_MS = 60_000;
/** A large fleet is asked at the pace of one store in this time, whoever looks at the console. */
const REST_PER_STORE_MS = 300;

/** How long what so many stores sold is shown before they are asked again, in milliseconds. */
export const oldAfter = (stores: number): number => Math.max(OLD_AFTER_MS, stores * REST_PER_STORE_MS);

/** Stores that were not asked by then are asked first the next time. */
const SWEEP_WITHIN_MS = 60_000;

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
  let latest: Summary['sales'] = null;
  let begunAt: number | undefined;
  let restsFor = OLD_AFTER_MS;
  let isRunning = false;
  /** Stores that did not answer the last time: the others come first. */
  let silent = new Set<string>();

  function midnights(now: Date): (store: OpenStore) => Date {
    const known = new Map<string, Date>();
    return ({ env }) => {
      const zone = env.BOT_TIMEZONE ?? deps.timeZone;
      const from = known.get(zone) ?? startOfDay(now, dayIn(zone));
      known.set(zone, from);
      return from;
    };
  }

  async function count(signal: AbortSignal): Promise<void> {
    const now = clock.now();
    const midnightOf = midnights(now);
    const stores = await selectOpenStores(db);
    restsFor = oldAfter(stores.length);
    const inOrder = [...stores].sort((a, b) => Number(silent.has(a.id)) - Number(silent.has(b.id)));
    const sum = { orders: 0, revenue: 0, counted: 0 };
    const unanswered = new Set<string>();
    const ended = AbortSignal.any([signal, AbortSignal.timeout(SWEEP_WITHIN_MS)]);
    await forEachConcurrently(AT_ONCE, inOrder, async (store) => {
      const period = { from: midnightOf(store), to: now, asker: 'summary' };
      const sold = ended.aborted ? undefined : await ask(store, period, ended);
      if (!sold) return void unanswered.add(store.id);
      sum.orders += sold.orders;
      sum.revenue += sold.revenue;
      sum.counted += 1;
    });
    signal.throwIfAborted();
    silent = unanswered;
    latest = { at: now.toISOString(), ...sum, unreachable: unanswered.size };
  }

  return {
    latest() {
      const now = clock.now().getTime();
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
