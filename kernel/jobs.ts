import type { ClientBase } from 'pg';
import { PgBoss, systemClock } from 'pg-boss';
import type { Tx } from './db.ts';
import { errorMessage } from './errors.ts';
import type { Log } from './log.ts';
import { createSchedules, type Schedules } from './schedules.ts';
import { type Admission, pinSession } from './session.ts';

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
};

export type SendOptions = { key?: string };

/** Jobs of one database: enqueued inside the business transaction, woken in this process after its commit. */
export type Jobs<Q extends string> = Pick<Schedules<Q>, 'schedule' | 'unschedule' | 'schedules'> & {
  start(): Promise<void>;
  /** Waits up to `graceMillis` for jobs at work, then gives them up for the next start to take again. */
  stop(graceMillis?: number): Promise<void>;
  send(tx: Tx, queue: Q, data: Record<string, unknown>, options?: SendOptions): Promise<void>;
  /** Registers the handler of a queue; before `start`. A handler that throws is called again later. */
  work(queue: Q, handler: (data: Record<string, unknown>, attempt: { retries: number }) => Promise<void>): void;
  /** Wakes the worker of a queue now. */
  wake(queue: Q): void;
};

/** The latest that pg-boss may set the next attempt, in seconds: it draws from the upper half of the doubled delay. */
function longestDelay(spec: QueueSpec, retries: number): number {
  return Math.min(spec.retryDelayMax, spec.retryDelay * 2 ** Math.min(16, retries + 1));
}

/** The slow poll, unless said otherwise: a safety net for wake-ups that a crash swallowed. */
const POLL_SECONDS = 60;
const DAY_SECONDS = 86_400;

/** The name that Postgres shows for the connections of the queues. */
export const JOBS_CONNECTION = 'lapak-jobs';

export function createJobs<Q extends string>(options: {
  connectionString: string;
  schema: string;
  /** Whether the schema is made here; otherwise it is there. */
  makesSchema?: boolean;
  queues: Record<Q, QueueSpec>;
  log: Log;
  /**
   * Lets there be schedules; an idle store has none. Every so many seconds a job checks whether the clock was set back,
   * and schedules with it.
   */
  schedulesEverySeconds?: number;
  /** How often a queue is looked at that nobody woke. */
  pollSeconds?: number;
  /** As of a pool. */
  statementTimeoutMillis?: number;
  admission?: Admission;
}): Jobs<Q> {
  const { queues, log, schema, schedulesEverySeconds, statementTimeoutMillis, admission } = options;
  const names = Object.keys(queues) as Q[];
  const handlers = new Map<Q, Parameters<Jobs<Q>['work']>[1]>();
  const workers = new Map<Q, string>();
  const timers = new Set<NodeJS.Timeout>();
  // What it does not know, it passes on to the pool that it makes.
  const session = { onConnect: (client: ClientBase) => pinSession(client, { statementTimeoutMillis, admission }) };
  const boss = new PgBoss({
    ...session,
    connectionString: options.connectionString,
    schema,
    createSchema: options.makesSchema ?? true,
    application_name: JOBS_CONNECTION,
    max: 2,
    // Nobody sets it: by a clock that is set back, a worker would wait for as long.
    clock: { ...systemClock, now: () => performance.timeOrigin + performance.now() },
    schedule: false,
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

  const schedules = createSchedules<Q>({ boss, queues, log, clockSeconds: schedulesEverySeconds ?? 60, wake });

  return {
    async start() {
      await boss.start();
      const existing = new Set((await boss.getQueues()).map((queue) => queue.name));
      for (const name of names) {
        const { batchSize: _, exclusive, ...spec } = queues[name];
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
            pollingIntervalSeconds: options.pollSeconds ?? POLL_SECONDS,
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
      if (schedulesEverySeconds) await schedules.start();
    },
    async stop(graceMillis = 10_000) {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      await schedules.stop();
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
    schedule: schedules.schedule,
    unschedule: schedules.unschedule,
    schedules: schedules.schedules,
  };
}
