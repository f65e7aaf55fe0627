import { PgBoss } from 'pg-boss';
import { type Clock, systemClock } from './clock.ts';
import type { Tx } from './db.ts';
import { errorMessage } from './errors.ts';
import { neverBack, takeBackFuture } from './job-times.ts';
import type { Log } from './log.ts';

/** How a queue treats its jobs. Times in seconds. */
export type QueueSpec = {
  /** Attempts after the first before the job counts as failed. */
  retryLimit: number;
  /** First delay between attempts; doubles with each, up to `retryDelayMax`. */
  retryDelay: number;
  retryDelayMax: number;
  /** An attempt that takes longer is given up and made again. */
  expireInSeconds: number;
  /** Jobs taken and run side by side. */
  batchSize: number;
  /** At most one job per `key` waits or runs; another that is sent meanwhile is dropped. */
  exclusive?: boolean;
  /** How often the queue is looked at when nothing wakes its worker; 60 unless said otherwise. */
  pollSeconds?: number;
};

/** A job that a queue is sent again and again. */
export type JobSchedule = {
  /** Tells the schedules of one queue apart: letters, digits and `_ - . /`. */
  key: string;
  /** Five fields, as cron takes them; looked at once a minute. */
  cron: string;
  /** Time zone of the fields, such as Asia/Jakarta. */
  timezone: string;
  /** Seconds after that time, so that schedules of the same minute do not come at once; 0 unless said otherwise. */
  afterSeconds?: number;
};

export type SendOptions = { key?: string };

/** Jobs of one database: enqueued inside the business transaction, woken in this process after its commit. */
export type Jobs<Q extends string> = {
  start(): Promise<void>;
  /** Waits up to `graceMillis` for jobs at work, then gives them up for the next start to take again. */
  stop(graceMillis?: number): Promise<void>;
  send(tx: Tx, queue: Q, data: Record<string, unknown>, options?: SendOptions): Promise<void>;
  /** Registers the handler of a queue; before `start`. A handler that throws is called again later. */
  work(queue: Q, handler: (data: Record<string, unknown>, attempt: { retries: number }) => Promise<void>): void;
  /** Wakes the worker of a queue now. */
  wake(queue: Q): void;
  /**
   * Sends `data` to a queue at the times of a schedule, in place of the schedule that had its key before. Times that passed
   * while nobody looked are made up for by one job. Needs `schedulesEverySeconds`.
   */
  schedule(queue: Q, schedule: JobSchedule, data: Record<string, unknown>): Promise<void>;
  unschedule(queue: Q, key: string): Promise<void>;
  schedules(queue: Q): Promise<JobSchedule[]>;
};

/** The latest that pg-boss may set the next attempt, in seconds: it draws from the upper half of the doubled delay. */
function longestDelay(spec: QueueSpec, retries: number): number {
  return Math.min(spec.retryDelayMax, spec.retryDelay * 2 ** Math.min(16, retries + 1));
}

/** The slow poll: a safety net for wake-ups that a crash swallowed. */
const POLL_SECONDS = 60;
const DAY_SECONDS = 86_400;

export function createJobs<Q extends string>(options: {
  connectionString: string;
  schema: string;
  queues: Record<Q, QueueSpec>;
  log: Log;
  /** How often, in seconds, it is looked at what schedules are due; without it none are: an idle store has none. */
  schedulesEverySeconds?: number;
  clock?: Clock;
}): Jobs<Q> {
  const { queues, log, schema, schedulesEverySeconds } = options;
  const names = Object.keys(queues) as Q[];
  const handlers = new Map<Q, Parameters<Jobs<Q>['work']>[1]>();
  const workers = new Map<Q, string>();
  const timers = new Set<NodeJS.Timeout>();
  let timesTimer: NodeJS.Timeout | undefined;
  let settingTimes: Promise<void> = Promise.resolve();
  const boss = new PgBoss({
    connectionString: options.connectionString,
    schema,
    application_name: 'lapak-jobs',
    max: 2,
    clock: neverBack(options.clock ?? systemClock),
    schedule: schedulesEverySeconds !== undefined,
    ...(schedulesEverySeconds && {
      cronMonitorIntervalSeconds: schedulesEverySeconds,
      cronWorkerIntervalSeconds: Math.min(5, schedulesEverySeconds),
      // Until then a clock that was set is not known to be: turns may be missed for good.
      clockMonitorIntervalSeconds: schedulesEverySeconds,
    }),
    registerInstance: false,
    // An idle store must cost next to nothing, so the housekeeping runs seldom.
    superviseIntervalSeconds: 600,
    queueCacheIntervalSeconds: 3600,
    bamIntervalSeconds: 3600,
    flowIntervalSeconds: 3600,
    reindex: false,
    monitorVacuum: false,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'job queue fault'));

  const wake = (queue: Q) => {
    const id = workers.get(queue);
    if (id) boss.notifyWorker(id);
  };
  const wakeIn = (queue: Q, millis: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      wake(queue);
    }, Math.max(0, millis) + 50);
    timer.unref();
    timers.add(timer);
  };

  function setTimesRight(): void {
    settingTimes = takeBackFuture(boss, schema).catch((err) => log.warn({ err }, 'times of jobs were not set right'));
  }

  return {
    async start() {
      await boss.start();
      if (schedulesEverySeconds) {
        setTimesRight();
        timesTimer = setInterval(setTimesRight, schedulesEverySeconds * 1000);
      }
      const existing = new Set((await boss.getQueues()).map((queue) => queue.name));
      for (const name of names) {
        const { batchSize: _, pollSeconds: __, exclusive, ...spec } = queues[name];
        const settings = { ...spec, retryBackoff: true, deleteAfterSeconds: DAY_SECONDS };
        if (existing.has(name)) await boss.updateQueue(name, settings);
        else await boss.createQueue(name, exclusive ? { ...settings, policy: 'exclusive' } : settings);
      }
      for (const [name, handler] of handlers) {
        const spec = queues[name];
        const id = await boss.work<Record<string, unknown>>(
          name,
          {
            batchSize: spec.batchSize,
            burstWhenBatchFull: true,
            pollingIntervalSeconds: spec.pollSeconds ?? POLL_SECONDS,
            includeMetadata: true,
            perJobResults: true,
          },
          (batch) =>
            Promise.all(
              batch.map(async (job) => {
                try {
                  await handler(job.data, { retries: job.retryCount });
                  return { id: job.id, status: 'completed' as const };
                } catch (error) {
                  log.warn({ queue: name, job: job.id, retries: job.retryCount, err: error }, 'job failed, will retry');
                  wakeIn(name, longestDelay(spec, job.retryCount) * 1000);
                  return { id: job.id, status: 'failed' as const, output: { error: errorMessage(error) } };
                }
              }),
            ),
        );
        workers.set(name, id);
      }
    },
    async stop(graceMillis = 10_000) {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      clearInterval(timesTimer);
      await settingTimes;
      await boss.stop({ graceful: true, timeout: graceMillis });
    },
    async send(tx, queue, data, { key } = {}) {
      const db = {
        executeSql: async (text: string, values?: unknown[]) => ({ rows: await tx.query<never>(text, values) }),
      };
      await boss.send(queue, data, {
        db,
        ...(key === undefined ? {} : { singletonKey: key }),
      });
      tx.afterCommit(() => wake(queue));
    },
    work(queue, handler) {
      handlers.set(queue, handler);
    },
    wake,
    async schedule(queue, { key, cron, timezone, afterSeconds = 0 }, data) {
      const later = afterSeconds > 0 ? { startAfter: afterSeconds } : {};
      await boss.schedule(queue, cron, data, { key, tz: timezone, missed: 'once', ...later });
    },
    unschedule: (queue, key) => boss.unschedule(queue, key),
    async schedules(queue) {
      return (await boss.getSchedules(queue)).map(({ key, cron, timezone, options }) => ({
        key,
        cron,
        timezone,
        afterSeconds: Number(options?.startAfter ?? 0),
      }));
    },
  };
}
