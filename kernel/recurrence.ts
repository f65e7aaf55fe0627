/** When something recurs: once every day of a time zone's calendar, or at equal distances. */
export type Recurrence =
  /** `HH:MM` by the clocks of the zone, such as Asia/Jakarta. */
  | { dailyAt: string; timeZone: string }
  /** Whole seconds; the offset counts from 1970-01-01T00:00Z. */
  | { everySeconds: number; offsetSeconds: number };

/** Whole seconds since 1970 of a time that the clocks on the wall show, read as if they showed UTC. */
type WallClock = (instant: number) => number;

const DAY = 86_400;
/** No zone is further from UTC than 14 hours: so far from a wall time read as UTC lies no instant that shows it. */
const REACH = 15 * 3_600;

/**
 * The first time after `after` at which something recurs. A day that has the time of day twice has one occurrence, at the
 * first; one whose clocks jump over it has its own right after the jump; a day that a zone left out has none. Pure.
 */
export function nextOccurrence(recurrence: Recurrence, after: Date): Date {
  const now = after.getTime() / 1000;
  if ('everySeconds' in recurrence) {
    const { everySeconds: every, offsetSeconds: offset } = recurrence;
    return new Date(((Math.floor((now - offset) / every) + 1) * every + offset) * 1000);
  }
  const [hours, minutes] = recurrence.dailyAt.split(':').map(Number) as [number, number];
  const wall = wallClockOf(recurrence.timeZone);
  // The occurrence of yesterday may be yet to come: its clocks may have jumped past midnight.
  for (let day = dayOf(wall(Math.floor(now))) - 1; ; day++) {
    const at = occurrenceOn(day, hours * 3_600 + minutes * 60, wall);
    if (at !== undefined && at > now) return new Date(at * 1000);
  }
}

const dayOf = (wallTime: number): number => Math.floor(wallTime / DAY);

/** @returns seconds since 1970; undefined where the zone has no such day */
function occurrenceOn(day: number, timeOfDay: number, wall: WallClock): number | undefined {
  const wanted = day * DAY + timeOfDay;
  const offsetAt = (instant: number) => wall(instant) - instant;
  const [before, after] = [offsetAt(wanted - REACH), offsetAt(wanted + REACH)];
  const shown = [wanted - Math.max(before, after), wanted - Math.min(before, after)];
  const first = shown.find((instant) => wall(instant) === wanted);
  if (first !== undefined) return first;
  const jump = firstInstant(wanted - REACH, wanted + REACH, (instant) => offsetAt(instant) === after);
  const hasDay = dayOf(jump + before - 1) === day || dayOf(jump + after) === day;
  return hasDay ? jump : undefined;
}

/** The first whole second at which `holds`, which does at `to` and not at `from`, and changes once in between. */
function firstInstant(from: number, to: number, holds: (instant: number) => boolean): number {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function wallClockOf(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  return (instant) => {
    const part = Object.fromEntries(
      format.formatToParts(instant * 1000).map(({ type, value }) => [type, Number(value)]),
    );
    const { year, month, day, hour, minute, second } = part as Record<Intl.DateTimeFormatPartTypes, number>;
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  };
}
