const HOUR_MS = 3_600_000;
/** A day has at most 25 hours. */
const LONGEST_DAY_MS = 26 * HOUR_MS;
const MINUTE_MS = 60_000;

/** The day that it is in a zone, as `yyyy-mm-dd`. */
export type DayOf = (at: Date) => string;

export function dayIn(timeZone: string): DayOf {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  return (at) => format.format(at);
}

/**
 * When the day began that it is in a zone. Zones are those of Node: Postgres reads some names otherwise, such as `+07:00`. A
 * zone may have no midnight on the day that it sets its clocks forward.
 */
export function startOfDay(at: Date, dayOf: DayOf): Date {
  const day = dayOf(at);
  let [before, within] = [
    Math.floor((at.getTime() - LONGEST_DAY_MS) / MINUTE_MS),
    Math.floor(at.getTime() / MINUTE_MS),
  ];
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (dayOf(new Date(middle * MINUTE_MS)) === day) within = middle;
    else before = middle;
  }
  return new Date(within * MINUTE_MS);
}

/** The last `count` days in a zone, the oldest first, with their beginnings; the last is the day of `at`. */
export function lastDays(at: Date, count: number, timeZone: string): { day: string; from: Date }[] {
  const dayOf = dayIn(timeZone);
  const days: { day: string; from: Date }[] = [];
  for (let end = at; days.length < count; ) {
    const from = startOfDay(end, dayOf);
    days.unshift({ day: dayOf(from), from });
    end = new Date(from.getTime() - 1);
  }
  return days;
}
