import type { JobSchedule, Jobs } from './jobs.ts';

/** A schedule that a queue should have, and what it is sent by it. */
export type WantedSchedule = JobSchedule & { data: Record<string, unknown> };

/**
 * Brings the schedules of a queue in line with those that are wanted, touching only what differs; of one key, when given.
 * What is there is read before `wanted` is asked: a schedule that somebody makes meanwhile is not taken for a left-over.
 */
export async function convergeSchedules<Q extends string>(
  jobs: Pick<Jobs<Q>, 'schedule' | 'unschedule' | 'schedules'>,
  queue: Q,
  wanted: () => Promise<readonly WantedSchedule[]>,
  key?: string,
): Promise<void> {
  const there = (await jobs.schedules(queue)).filter((schedule) => key === undefined || schedule.key === key);
  const leftOver = new Map(there.map((schedule) => [schedule.key, schedule]));
  for (const { data, ...schedule } of await wanted()) {
    if (!isSame(schedule, leftOver.get(schedule.key))) await jobs.schedule(queue, schedule, data);
    leftOver.delete(schedule.key);
  }
  for (const left of leftOver.keys()) await jobs.unschedule(queue, left);
}

function isSame(a: JobSchedule, b: JobSchedule | undefined): boolean {
  return (
    b !== undefined && a.cron === b.cron && a.timezone === b.timezone && (a.afterSeconds ?? 0) === (b.afterSeconds ?? 0)
  );
}
