/** Writes a time as people of the store's zone read it. */
export type WriteTime = (at: Date) => string;

/** `22 Nov 2026, 14.05` */
export function dateTime(timeZone: string): WriteTime {
  const format = new Intl.DateTimeFormat('id-ID', { timeZone, dateStyle: 'medium', timeStyle: 'short' });
  return (at) => format.format(at);
}

/** `22 November 2026` */
export function longDate(timeZone: string): WriteTime {
  const format = new Intl.DateTimeFormat('id-ID', { timeZone, dateStyle: 'long' });
  return (at) => format.format(at);
}
