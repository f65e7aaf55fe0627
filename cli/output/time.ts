const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A stretch of time in milliseconds: `0.4 s`, `12 s`, `1 min 05 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (ms < 10 * SECOND) return `${(Math.max(0, ms) / SECOND).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  const [big, small, unit, rest] = ms < HOUR ? [MINUTE, SECOND, 'min', 's'] : [HOUR, MINUTE, 'h', 'min'];
  return `${Math.floor(ms / big)} ${unit} ${String(Math.floor((ms % big) / small)).padStart(2, '0')} ${rest}`;
}

/** A point in time as seen from now: `just now`, `3 min ago`, `in 2 days`; a date when it is months away. */
export function relative(at: string | null, now = Date.now()): string {
  if (at === null) return '-';
  const time = Date.parse(at);
  const distance = Math.abs(now - time);
  if (distance < 5 * SECOND) return 'just now';
  if (distance > 60 * DAY) return at.slice(0, 10);
  const text = coarse(distance);
  return time > now ? `in ${text}` : `${text} ago`;
}

function coarse(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} days`;
}

/** A point in time for people who compare it with a log: local date and time to the second. */
export function stamp(at: string | null): string {
  if (at === null) return '-';
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(at));
}
