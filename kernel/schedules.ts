import { isDeepStrictEqual } from 'node:util';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { Log } from './log.ts';
import { createMutex } from './mutex.ts';
import { nextOccurrence, type Recurrence } from './recurrence.ts';

/** A job that a queue is sent again and again. */
export type JobSchedule = {
  /** Tells the schedules of one queue apart: letters, digits and `_ - . /`. */
  key: string;
  recurrence: Recurrence;
};

/** A schedule that a queue should have, and what it is sent by it. */
export type WantedSchedule = JobSchedule & { data: Record<string, unknown> };

export type Schedules<Q extends string> = {
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * Sends `data` to a queue whenever a schedule comes due, in place of the schedule that had its key before. What came due
   * while nothing ran is made up for by one job.
   */
  schedule(queue: Q, schedule: JobSchedule, data: Record<string, unknown>): Promise<void>;
  unschedule(queue: Q, key: string): Promise<void>;
  /** Of one key, when given; with when it comes due next, null in the moment before that is known. */
  schedules(queue: Q, key?: string): Promise<(JobSchedule & { dueAt: Date | null })[]>;
};

/** The queue of pg-boss in which each schedule is one job that waits until the schedule comes due. */
const QUEUE = 'schedules';
/** The job that shows what time pg-boss has. */
const CLOCK_KEY = 'clock';
const QUEUE_SETTINGS = {
  // A job that is given up would be a schedule that has ended.
  retryLimit: 1_000_000,
  retryDelay: 1,
  retryDelayMax: 60,
  retryBackoff: true,
  expireInSeconds: 60,
  retentionSeconds: 10 * 365 * 86_400,
  deleteAfterSeconds: 600,
};
const WORKER_SETTINGS = {
  batchSize: 50,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 5,
  includeMetadata: true,
  perJobResults: true,
} as const;
const MOST = 100_000;
/** Two readings of a clock that has gone on are not further apart than this. */
const SET_MS = 1_000;
/** What waits this much too long waits for a time that was none. */
const TOO_LATE_MS = 60_000;

type Waiting = {
  queue: string;
  key: string;
  recurrence: Recurrence;
  data: Record<string, unknown>;
  /** Null until it is reckoned, from the time that pg-boss has. */
  dueAt: string | null;
};
type Entry = JobWithMetadata<Waiting>;

/** The time of pg-boss less that of a clock that nobody sets, read when a job has just started. */
const offsetAt = ({ startedOn }: Entry): number => startedOn.getTime() - performance.now();

const isQueued = ({ state }: Entry): boolean => state === 'created' || state === 'retry';

/**
 * Schedules by pg-boss: each is a job that waits for its next occurrence, which sends what the schedule is for and leaves
 * the job of the occurrence after it. The time is pg-boss's own, read off the jobs that it starts.
 */
export function createSchedules<Q extends string>(deps: {
  boss: PgBoss;
  /** The other queues, and the longest that a job of theirs may wait for its next attempt. */
  queues: Readonly<Record<Q, { retryDelayMax: number }>>;
  log: Log;
  /** How often to check whether the clock was set back. */
  clockSeconds: number;
  wake(queue: Q): void;
}): Schedules<Q> {
  const { boss, queues, log, wake } = deps;
  const oneAtATime = createMutex<string>();
  let worker: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let asking: Promise<unknown> = Promise.resolve();
  /** As it was last read; undefined before that. */
  let offset: number | undefined;

  const keyOf = (queue: string, key: string) => `${queue}/${key}`;
  const find = async (options: { id?: string; key?: string; data?: object; queued?: boolean }) =>
    (await boss.findJobs<Waiting>(QUEUE, { ...options, limit: MOST })).filter(({ data }) => data?.queue !== undefined);
  const put = (waiting: Waiting, startAfter: Date | 0) =>
    boss.upsert(QUEUE, waiting, { singletonKey: keyOf(waiting.queue, waiting.key), startAfter });

  /** Sends what has come due, and lets the next occurrence wait. */
  async function comeDue(job: Entry): Promise<void> {
    const { data: waiting, startedOn: now } = job;
    // Unscheduled meanwhile.
    if ((await find({ id: job.id })).length === 0) return;
    if (waiting.dueAt !== null && new Date(waiting.dueAt) <= now) {
      // Sent once, also when this job is made a second time: another with its id is dropped.
      await boss.send(waiting.queue, waiting.data, { id: job.id });
      wake(waiting.queue as Q);
    }
    // Set anew meanwhile. Only what is queued has an index by its key, and the jobs that are done are many.
    if ((await find({ key: keyOf(waiting.queue, waiting.key), queued: true })).length > 0) return;
    const dueAt = nextOccurrence(waiting.recurrence, now);
    await put({ ...waiting, dueAt: dueAt.toISOString() }, dueAt);
  }

  /** Looks whether the clock was set back since the last reading; at the first, nobody knows. */
  async function readClock(job: Entry): Promise<void> {
    const reading = offsetAt(job);
    if (offset === undefined || reading < offset - SET_MS) await leaveFuture(job.startedOn);
    offset = reading;
  }

  /**
   * Brings what waits for a time that the clock had by mistake, before it was set back, to the time that it has: a schedule
   * would not come due until then, and a job would not be tried again. What is due may be sent once more for it.
   */
  async function leaveFuture(now: Date): Promise<void> {
    const soon = now.getTime() + TOO_LATE_MS;
    for (const { data: waiting, startAfter } of await find({ queued: true })) {
      const next = nextOccurrence(waiting.recurrence, new Date(soon));
      const dueAt = waiting.dueAt !== null && new Date(waiting.dueAt) < next ? new Date(waiting.dueAt) : next;
      const at = Math.max(dueAt.getTime(), soon);
      if (startAfter.getTime() > at) await put({ ...waiting, dueAt: dueAt.toISOString() }, dueAt);
    }
    for (const name of Object.keys(queues) as Q[]) {
      const latest = soon + queues[name].retryDelayMax * 1000;
      for (const { id, startAfter } of await boss.findJobs(name, { queued: true, limit: MOST })) {
        if (startAfter.getTime() > latest) await boss.update(name, undefined, { id, startAfter: 0 });
      }
      wake(name);
    }
  }

  function askForTime(): void {
    asking = boss
      .upsert(QUEUE, {}, { singletonKey: CLOCK_KEY, startAfter: 0 })
      .then(() => worker && boss.notifyWorker(worker))
      .catch((err) => log.warn({ err }, 'whether the clock was set back could not be checked'));
  }

  const handle = (job: Entry) => {
    const key = job.singletonKey ?? CLOCK_KEY;
    // However short the clock was ahead, what came due then waits for a time that was none.
    if (key !== CLOCK_KEY && offset !== undefined) offset = Math.max(offset, offsetAt(job));
    return oneAtATime.run(key, () => (key === CLOCK_KEY ? readClock(job) : comeDue(job)));
  };

  return {
    async start() {
      if (await boss.getQueue(QUEUE)) await boss.updateQueue(QUEUE, QUEUE_SETTINGS);
      else await boss.createQueue(QUEUE, QUEUE_SETTINGS);
      // Left by versions whose schedules were cron's.
      for (const { name, key } of await boss.getSchedules()) await boss.unschedule(name, key);
      worker = await boss.work<Waiting, object, typeof WORKER_SETTINGS>(QUEUE, WORKER_SETTINGS, (batch) =>
        Promise.all(
          batch.map(async (job) => {
            try {
              await handle(job);
              return { id: job.id, status: 'completed' };
            } catch (err) {
              log.warn({ schedule: job.singletonKey, err }, 'a schedule was not followed, will retry');
              return { id: job.id, status: 'failed' };
            }
          }),
        ),
      );
      askForTime();
      timer = setInterval(askForTime, deps.clockSeconds * 1000);
    },
    async stop() {
      clearInterval(timer);
      await asking;
    },
    schedule: (queue, { key, recurrence }, data) =>
      oneAtATime.run(keyOf(queue, key), async () => {
        const [waiting] = await find({ key: keyOf(queue, key), queued: true });
        const wanted = { queue, key, recurrence, data };
        if (waiting && isDeepStrictEqual({ ...waiting.data, dueAt: null }, { ...wanted, dueAt: null })) return;
        // What is due by the schedule of before is still sent.
        await put({ ...wanted, dueAt: waiting?.data.dueAt ?? null }, 0);
        if (worker) boss.notifyWorker(worker);
      }),
    unschedule: (queue, key) =>
      oneAtATime.run(keyOf(queue, key), async () => {
        const jobs = await find({ key: keyOf(queue, key) });
        await boss.deleteJob(
          QUEUE,
          jobs.map(({ id }) => id),
        );
      }),
    async schedules(queue, key) {
      const all = await find(key === undefined ? { data: { queue } } : { key: keyOf(queue, key) });
      // Of one that comes due just now, the job that follows may not be there yet.
      const live = all.filter((job) => isQueued(job) || job.state === 'active');
      return [...new Map(live.map(({ data }) => [data.key, data])).values()].map(({ key, recurrence, dueAt }) => ({
        key,
        recurrence,
        dueAt: dueAt === null ? null : new Date(dueAt),
      }));
    },
  };
}

/**
 * Brings the schedules of a queue in line with those that are wanted, touching only what differs; of one key, when given.
 * What is there is read before `wanted` is asked: a schedule that somebody makes meanwhile is not taken for a left-over.
 */
export async function convergeSchedules<Q extends string>(
  jobs: Pick<Schedules<Q>, 'schedule' | 'unschedule' | 'schedules'>,
  queue: Q,
  wanted: () => Promise<readonly WantedSchedule[]>,
  key?: string,
): Promise<void> {
  const there = await jobs.schedules(queue, key);
  const leftOver = new Map(there.map((schedule) => [schedule.key, schedule]));
  for (const { data, ...schedule } of await wanted()) {
    const isThere = isDeepStrictEqual(schedule.recurrence, leftOver.get(schedule.key)?.recurrence);
    if (!isThere) await jobs.schedule(queue, schedule, data);
    leftOver.delete(schedule.key);
  }
  for (const left of leftOver.keys()) await jobs.unschedule(queue, left);
}
