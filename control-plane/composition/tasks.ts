import type { BackgroundTask } from '../../kernel/background-tasks.ts';
import { errorMessage } from '../../kernel/errors.ts';
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

/** Forgets what has had its time. What fails holds up nothing else. */
export function housekeepingTask(deps: {
  log: Log;
  expiring: readonly { expire(): Promise<unknown> }[];
  operations: { forgetProgress(): Promise<void> };
  scratchDatabases: { sweep(): Promise<string[]> };
}): BackgroundTask {
  async function sweep(): Promise<void> {
    const dropped = await deps.scratchDatabases.sweep();
    if (dropped.length > 0) deps.log.info({ databases: dropped }, 'databases beside those of the stores were dropped');
  }

  return {
    name: 'housekeeping',
    everyMs: HOUR_MS,
    async run() {
      const faults: unknown[] = [];
      const works = [...deps.expiring.map(({ expire }) => expire), deps.operations.forgetProgress, sweep];
      for (const work of works) await work().catch((error) => faults.push(error));
      if (faults.length > 1) throw new AggregateError(faults, [...new Set(faults.map(errorMessage))].join('; '));
      if (faults.length > 0) throw faults[0];
    },
  };
}
