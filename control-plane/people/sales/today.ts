import { setTimeout } from 'node:timers/promises';
import type { BackgroundTask } from '../../../kernel/background-tasks.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { dayIn, startOfDay } from '../../../kernel/days.ts';
import type { Db } from '../../../kernel/db.ts';
import { forEachConcurrently } from '../../../kernel/semaphore.ts';
import type { Sales } from '../../../tenant-runtime/database/index.ts';
import type { Summary } from '../../api/contract/index.ts';
import { databaseName } from '../../fleet/tenants/index.ts';
import { createSalesAsker, type SalesAskerDeps } from './ask.ts';
import { type OpenStore, selectMarks, selectOpenStores } from './sql.ts';

export type SalesToday = {
  /** What was counted last, null before; counted anew in the background when it is old. */
  latest(): Summary['sales'];
  task: BackgroundTask;
};

const AT_ONCE = 6;
/** What is older is counted anew for whoever looks. */
const OLD_AFTER_MS = 60_000;
/** Stores that one count asks at most: an ask takes milliseconds of a core. */
const MOST_ASKED = 100;
/** Between two asks of a count that asks as many: it takes its minute, and holds up nothing else. */
const PACE_MS = OLD_AFTER_MS / MOST_ASKED;

const NOTHING: Sales = { orders: 0, revenue: 0 };

/**
 * What a store said last: `from` is the midnight that it was asked about, without `sold` it did not answer. `mark` is of
 * before it was asked: as long as its database has the same, it sold nothing since.
 */
type Answer = { from: number; sold: Sales | undefined; mark: string };

/**
 * Stores to be asked now, of those that have a database, `most` of them: those that were never asked, then those that may
 * have sold something since their answer, the longest ago first. Stores that did not answer come last, and have a tenth of
 * the places however many others there are. Pure.
 * @param answers in the order in which they came
 */
export function dueOf(
  stores: readonly OpenStore[],
  answers: ReadonlyMap<string, Answer>,
  marks: ReadonlyMap<string, string>,
  most: number,
): OpenStore[] {
  const turns = new Map([...answers.keys()].map((id, turn) => [id, turn]));
  const turnOf = ({ id }: OpenStore) => turns.get(id) ?? -1;
  const due = stores
    .filter((store) => {
      const answer = answers.get(store.id);
      const mark = marks.get(databaseName(store.store));
      return mark !== undefined && !(answer?.sold && answer.mark === mark);
    })
    .sort((a, b) => turnOf(a) - turnOf(b));
  const isSilent = ({ id }: OpenStore) => answers.has(id) && !answers.get(id)?.sold;
  const silent = due.filter(isSilent);
  const others = due.filter((store) => !isSilent(store));
  const forSilent = Math.min(silent.length, Math.max(most - others.length, Math.floor(most / 10)));
  return [...others.slice(0, most - forSilent), ...silent.slice(0, forSilent)];
}

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
  const { ask, isAway } = createSalesAsker(deps);
  const answers = new Map<string, Answer>();
  let latest: Summary['sales'] = null;
  let begunAt: number | undefined;
  let isRunning = false;

  function midnights(now: Date): (store: OpenStore) => Date {
    const known = new Map<string, Date>();
    return ({ env }) => {
      const zone = env.BOT_TIMEZONE ?? deps.timeZone;
      const from = known.get(zone) ?? startOfDay(now, dayIn(zone));
      known.set(zone, from);
      return from;
    };
  }

  /** What was not asked since its midnight, and may have sold since, counts for nothing. */
  function publish(stores: readonly OpenStore[], marks: ReadonlyMap<string, string>): void {
    const now = clock.now();
    const midnightOf = midnights(now);
    const sum = { orders: 0, revenue: 0, counted: 0, unreachable: 0 };
    for (const store of stores) {
      const answer = answers.get(store.id);
      const mark = marks.get(databaseName(store.store));
      const isOfToday = answer?.from === midnightOf(store).getTime();
      if (mark === undefined || (answer && !answer.sold)) sum.unreachable += 1;
      else if (answer?.sold && (isOfToday || answer.mark === mark)) {
        const sold = isOfToday ? answer.sold : NOTHING;
        sum.orders += sold.orders;
        sum.revenue += sold.revenue;
        sum.counted += 1;
      }
    }
    latest = { at: now.toISOString(), ...sum };
  }

  async function count(signal: AbortSignal): Promise<void> {
    const stores = await selectOpenStores(db);
    // Read before anything is asked: what is sold in between changes the next one.
    const marks = await selectMarks(db);
    const open = new Set(stores.map(({ id }) => id));
    for (const id of answers.keys()) if (!open.has(id)) answers.delete(id);
    for (const store of stores) if (!marks.has(databaseName(store.store))) isAway(store);
    const due = dueOf(stores, answers, marks, MOST_ASKED);
    const isPaced = due.length === MOST_ASKED;
    // A count that takes its minute shows first what is known already.
    if (isPaced) publish(stores, marks);
    const ended = AbortSignal.any([signal, AbortSignal.timeout(OLD_AFTER_MS)]);
    let nextAt = performance.now();
    await forEachConcurrently(AT_ONCE, due, async (store) => {
      if (isPaced && !ended.aborted) {
        nextAt = Math.max(nextAt + PACE_MS, performance.now());
        // What ends the wait ends the count.
        await setTimeout(nextAt - performance.now(), undefined, { signal: ended }).catch(() => undefined);
      }
      if (ended.aborted) return;
      const now = clock.now();
      const from = midnights(now)(store);
      const mark = marks.get(databaseName(store.store)) ?? '';
      const sold = await ask(store, { from, to: now, asker: 'summary' }, ended);
      // That it was ended says nothing about the store.
      if (!sold && ended.aborted) return;
      // The newest answer comes last.
      answers.delete(store.id);
      answers.set(store.id, { from: from.getTime(), sold, mark });
    });
    signal.throwIfAborted();
    publish(stores, marks);
  }

  return {
    latest() {
      const now = clock.now().getTime();
      if (!isRunning && (begunAt === undefined || Math.abs(now - begunAt) > OLD_AFTER_MS)) {
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
