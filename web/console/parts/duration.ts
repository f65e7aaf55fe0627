import type { Language } from '../words/language.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = {
  en: { day: 'd', hour: 'h', minute: 'min', second: 's' },
  id: { day: 'hr', hour: 'jam', minute: 'mnt', second: 'dtk' },
} as const satisfies Record<Language, object>;

/** A stretch of time in milliseconds: `0.4 s`, `12 s`, `1 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function duration(ms: number, language: Language): string {
  const unit = UNITS[language];
  const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  if (ms < 10 * SECOND) return `${tenths.format(Math.max(0, ms) / SECOND)} ${unit.second}`;
  const both = (large: number, larges: string, small: number, smalls: string) =>
    `${Math.floor(ms / large)} ${larges} ${Math.floor((ms % large) / small)} ${smalls}`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} ${unit.second}`;
  if (ms < HOUR) return both(MINUTE, unit.minute, SECOND, unit.second);
  if (ms < DAY) return both(HOUR, unit.hour, MINUTE, unit.minute);
  return both(DAY, unit.day, HOUR, unit.hour);
}
