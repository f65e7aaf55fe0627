import type { BackgroundTask } from '../../kernel/background-tasks.ts';
import type { Log } from '../../kernel/log.ts';
import type { Driver, DriverEvent } from '../fleet/drivers/index.ts';

const HOUR_MS = 3_600_000;

/** Hears what happens to runtimes. */
export function driverEventsTask(driver: Pick<Driver, 'events'>, heard: (event: DriverEvent) => void): BackgroundTask {
  return {
    name: 'driver-events',
    // The wait before they are listened to again, should the driver have ended them.
    everyMs: 1_000,
    async run(signal) {
      for await (const event of driver.events(signal)) heard(event);
    },
  };
}

/** Forgets what has had its time. */
export function housekeepingTask(deps: {
  log: Log;
  expiring: readonly { expire(): Promise<unknown> }[];
  operations: { forgetProgress(): Promise<void> };
  scratchDatabases: { sweep(): Promise<string[]> };
}): BackgroundTask {
  return {
    name: 'housekeeping',
    everyMs: HOUR_MS,
    async run() {
      for (const { expire } of deps.expiring) await expire();
      await deps.operations.forgetProgress();
      const dropped = await deps.scratchDatabases.sweep();
      if (dropped.length > 0)
        deps.log.info({ databases: dropped }, 'databases beside those of the stores were dropped');
    },
  };
}
