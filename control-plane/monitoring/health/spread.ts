import { createHash } from 'node:crypto';
import type { JobSchedule } from '../../../kernel/jobs.ts';

/**
 * The schedule of a store's checks. Each store has its own minute and second within the interval, so that a thousand
 * stores are checked one after another. Cron counts minutes of an hour and hours of a day: an interval that does not
 * divide these is shortened to the next that does, so that checks come at equal distances, never further apart than
 * asked. Pure.
 */
export function scheduleOf(tenantId: string, intervalMinutes: number): JobSchedule {
  const hash = createHash('sha256').update(tenantId).digest().readUInt32BE(0);
  return {
    key: tenantId,
    cron: cronOf(intervalMinutes, Math.floor(hash / 60)),
    timezone: 'UTC',
    afterSeconds: hash % 60,
  };
}

function cronOf(intervalMinutes: number, place: number): string {
  if (intervalMinutes < 60) {
    const every = divisorUpTo(60, intervalMinutes);
    return `${place % every}-59/${every} * * * *`;
  }
  const every = divisorUpTo(24, Math.floor(intervalMinutes / 60));
  return `${place % 60} ${Math.floor(place / 60) % every}-23/${every} * * *`;
}

/** The largest number up to `most` that divides `whole`. */
function divisorUpTo(whole: number, most: number): number {
  for (let divisor = Math.min(whole, most); divisor > 1; divisor--) if (whole % divisor === 0) return divisor;
  return 1;
}
