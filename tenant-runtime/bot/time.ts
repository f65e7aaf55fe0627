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

/** Made at the first use: a store has dozens of formats, each takes a millisecond to make, and a start needs none of them. */
function formatter(locale: string, options: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  let made: Intl.DateTimeFormat | undefined;
  return () => (made ??= new Intl.DateTimeFormat(locale, options));
}

/** `WIB`, `WITA`, `WIT`; elsewhere `GMT+5.30`, which changes where clocks are put forward in summer. */
function zoneName(timeZone: string): WriteTime {
  const format = formatter('en', { timeZone, timeZoneName: 'shortOffset' });
  return (at) => {
    const offset =
      format()
        .formatToParts(at)
        .find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    const name = ZONES_OF_INDONESIA.has(timeZone) ? INDONESIAN.get(offset) : undefined;
    return name ?? offset.replace(':', '.').replace(/\+0$/, '');
  };
}

/** `22 Nov 2026, 14.05 WIB` */
export function dateTime(timeZone: string): WriteTime {
  const format = formatter('id-ID', { timeZone, dateStyle: 'medium', timeStyle: 'short' });
  const zone = zoneName(timeZone);
  return (at) => `${format().format(at)} ${zone(at)}`;
}

/** `22 November 2026` */
export function longDate(timeZone: string): WriteTime {
  const format = formatter('id-ID', { timeZone, dateStyle: 'long' });
  return (at) => format().format(at);
}

/** `19.45 WIB` today, `1 Des 2026, 19.45 WIB` on another day. */
export function clockTime(timeZone: string): (at: Date, now: Date) => string {
  const day = formatter('sv-SE', { timeZone, dateStyle: 'short' });
  const today = formatter('id-ID', { timeZone, hour: '2-digit', minute: '2-digit' });
  const other = dateTime(timeZone);
  const zones = formatter('id-ID', { timeZone, timeZoneName: 'short' });
  return (at, now) => {
    const zone =
      zones()
        .formatToParts(at)
        .find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return `${day().format(at) === day().format(now) ? today().format(at) : other(at)} ${zone}`;
  };
}

const MINUTE_MS = 60_000;

/** How long from now, in words: `15 menit lagi`, `2 jam 5 menit lagi`. */
export function untilInWords(at: Date, now: Date): string {
  const minutes = Math.max(0, Math.round((at.getTime() - now.getTime()) / MINUTE_MS));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (minutes < 1) return 'sebentar lagi';
  return `${[hours > 0 && `${hours} jam`, rest > 0 && `${rest} menit`].filter(Boolean).join(' ')} lagi`;
}
