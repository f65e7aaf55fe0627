/** Writes a time as people of the store's zone read it. */
export type WriteTime = (at: Date) => string;

/** What Indonesians call the zones of their country; by their offset, as `Asia/Makassar` and `Asia/Ujung_Pandang` are one. */
const INDONESIAN: ReadonlyMap<string, string> = new Map([
  ['GMT+7', 'WIB'],
  ['GMT+8', 'WITA'],
  ['GMT+9', 'WIT'],
]);
const ZONES_OF_INDONESIA: ReadonlySet<string> = new Set([
  ...['Asia/Jakarta', 'Asia/Pontianak', 'Asia/Makassar', 'Asia/Ujung_Pandang', 'Asia/Jayapura'],
]);

/** `WIB`, `WITA`, `WIT`; elsewhere `GMT+5.30`, which changes where clocks are put forward in summer. */
function zoneName(timeZone: string): WriteTime {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' });
  return (at) => {
    const offset = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    const name = ZONES_OF_INDONESIA.has(timeZone) ? INDONESIAN.get(offset) : undefined;
    return name ?? offset.replace(':', '.').replace(/\+0$/, '');
  };
}

/** `22 Nov 2026, 14.05 WIB` */
export function dateTime(timeZone: string): WriteTime {
  const format = new Intl.DateTimeFormat('id-ID', { timeZone, dateStyle: 'medium', timeStyle: 'short' });
  const zone = zoneName(timeZone);
  return (at) => `${format.format(at)} ${zone(at)}`;
}

/** `22 November 2026` */
export function longDate(timeZone: string): WriteTime {
  const format = new Intl.DateTimeFormat('id-ID', { timeZone, dateStyle: 'long' });
  return (at) => format.format(at);
}
