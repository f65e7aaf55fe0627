import type { HealthHistory } from '../../../../control-plane/api/contract/index.ts';

export type Day = HealthHistory['days'][number];
export type Outage = HealthHistory['outages'][number];

/** How a day was: nothing was checked, every check was good, some failed, or most did. */
export type Standing = 'none' | 'good' | 'some' | 'most';

export function standingOf({ checks, failed }: Day): Standing {
  if (checks === 0) return 'none';
  if (failed === 0) return 'good';
  return failed * 2 > checks ? 'most' : 'some';
}

/** Part of the checks that were good, of all days; undefined where there was no check. */
export function share(days: readonly Day[]): number | undefined {
  const checks = days.reduce((sum, day) => sum + day.checks, 0);
  if (checks === 0) return undefined;
  return 1 - days.reduce((sum, day) => sum + day.failed, 0) / checks;
}

/** The outages that touch a day, as the clock of this browser divides days. */
export function outagesOn({ day }: Day, outages: readonly Outage[], now: number): Outage[] {
  const start = new Date(`${day}T00:00:00`).getTime();
  const end = start + 24 * 60 * 60 * 1000;
  return outages.filter(({ from, until }) => {
    const ended = until === null ? now : Date.parse(until);
    return Date.parse(from) < end && ended >= start;
  });
}
