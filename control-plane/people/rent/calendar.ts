const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A day of the calendar, counted from 1 January 1970. */
export type DayNumber = number;

/** How far a time zone's clocks are ahead of UTC, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(at / 1000) * 1000;
}

/** The day that it is in a time zone. */
export function dayOf(at: Date, timeZone: string): DayNumber {
  const time = at.getTime();
  return Math.floor((time + offsetAt(time, timeZone)) / DAY_MS);
}

/** The moment at which the clocks of a time zone show a full hour of a day. */
export function momentOf(day: DayNumber, hour: number, timeZone: string): Date {
  const wall = day * DAY_MS + hour * HOUR_MS;
  const guess = wall - offsetAt(wall, timeZone);
  return new Date(wall - offsetAt(guess, timeZone));
}

export const addDays = (at: Date, days: number): Date => new Date(at.getTime() + days * DAY_MS);

/** The end of a day such as 2026-12-31, which is the beginning of the next. */
export function endOf(date: string, timeZone: string): Date {
  return momentOf(Date.parse(`${date}T00:00:00Z`) / DAY_MS + 1, 0, timeZone);
}
