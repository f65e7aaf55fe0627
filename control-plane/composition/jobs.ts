import type { QueueSpec } from '../../kernel/jobs.ts';
import type { JobSchedule } from '../../kernel/schedules.ts';
import type { ControlPlaneConfig } from '../platform/config.ts';

/** Waking is all that a job does, and the worker sweeps by itself: a job that fails is not worth many attempts. */
export const QUEUES = {
  operations: { retryLimit: 1, retryDelay: 1, retryDelayMax: 10, expireInSeconds: 60, batchSize: 10 },
  // A check that is lost is made again an interval later.
  health: { retryLimit: 0, retryDelay: 1, retryDelayMax: 1, expireInSeconds: 60, batchSize: 50 },
  owner_digest: { retryLimit: 10, retryDelay: 30, retryDelayMax: 600, expireInSeconds: 900, batchSize: 1 },
  rent: { retryLimit: 1, retryDelay: 1, retryDelayMax: 10, expireInSeconds: 60, batchSize: 1 },
  drills: { retryLimit: 5, retryDelay: 60, retryDelayMax: 600, expireInSeconds: 60, batchSize: 1 },
  self_backup: { retryLimit: 5, retryDelay: 600, retryDelayMax: 3600, expireInSeconds: 3600, batchSize: 1 },
  backups: { retryLimit: 5, retryDelay: 10, retryDelayMax: 300, expireInSeconds: 60, batchSize: 50 },
} as const satisfies Record<string, QueueSpec>;
export type QueueName = keyof typeof QUEUES;
export const JOBS_SCHEMA = 'jobs';

/** What recurs for the platform as a whole. The stores have schedules of their own, by their settings. */
export const platformSchedules = (
  { restoreDrillTime, selfBackupTime, digestTime }: ControlPlaneConfig,
  timeZone: string,
): readonly [QueueName, JobSchedule][] => [
  ['rent', { key: 'sweep', recurrence: { everySeconds: 900, offsetSeconds: 0 } }],
  // After the backups of the day, in the small hours of Indonesia.
  ['drills', { key: 'nightly', recurrence: { dailyAt: restoreDrillTime, timeZone: 'Asia/Jakarta' } }],
  ['self_backup', { key: 'daily', recurrence: { dailyAt: selfBackupTime, timeZone: 'Asia/Jakarta' } }],
  ['owner_digest', { key: 'daily', recurrence: { dailyAt: digestTime, timeZone } }],
];
